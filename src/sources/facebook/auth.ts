import { createHmac } from 'node:crypto';
import { registerSecretValue, type Secret } from '../../config';
import type { HttpAuth } from '../../http';

/**
 * The access token as a header, where no link and no log shows it, and with an app secret the proof that the token is
 * sent by the app: an HMAC-SHA256 of it.
 */
export function graphAuth(accessToken: Secret, appSecret: Secret | undefined): HttpAuth {
  return {
    kind: 'custom',
    secrets: appSecret === undefined ? [accessToken] : [accessToken, appSecret],
    credentials() {
      const token = accessToken.reveal();
      const headers = { authorization: `Bearer ${token}` };
      if (appSecret === undefined) return { headers };
      const proof = createHmac('sha256', appSecret.reveal()).update(token).digest('hex');
      registerSecretValue(proof);
      return { headers, params: { appsecret_proof: proof } };
    },
  };
}
