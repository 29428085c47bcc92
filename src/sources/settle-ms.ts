/** Settings of a source whose API holds back what is new. */
interface SettleConfig {
  readonly baseUrl?: string | undefined;
  readonly settleSeconds?: number | undefined;
}

const isLoopback = (baseUrl: string | undefined): boolean =>
  baseUrl !== undefined && /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(baseUrl);

/**
 * The milliseconds for which an API holds back what is new: by `settleSeconds`, else `usual` seconds; 0 for an address on
 * this machine.
 */
export const settleMsOf = ({ baseUrl, settleSeconds }: SettleConfig, usual: number): number =>
  (settleSeconds ?? (isLoopback(baseUrl) ? 0 : usual)) * 1000;
