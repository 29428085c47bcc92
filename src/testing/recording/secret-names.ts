/** What stands in a recorded answer in the place of a secret, as in logs and errors. */
export const HIDDEN = '[secret]';

/** Endings of names, without `-`, `_` and capitals, whose values are secrets wherever they stand. */
const ENDINGS = [
  ...['accesstoken', 'refreshtoken', 'idtoken', 'authtoken', 'apitoken', 'sessiontoken', 'securitytoken'],
  ...['bearertoken', 'csrftoken', 'xsrftoken', 'secret', 'password', 'passwd', 'passphrase', 'apikey'],
  ...['appkey', 'secretkey', 'privatekey', 'accesskey', 'accesskeyid', 'subscriptionkey', 'authorization'],
  ...['credential', 'credentials', 'sessionid', 'assertion', 'jwt', 'hmac'],
];
const WHOLE = ['token', 'pwd', 'pass', 'auth', 'sid'];
/** Of an address or a header only: in a body these are data. */
const OF_ADDRESS = ['key', 'sig', 'signature', 'xamzsignature', 'xgoogsignature', 'cookie', 'setcookie'];

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Whether a field of a body, of that name, holds a secret. Tokens of pages (`next_token`, `page_token`) are none. */
export function isSecretField(name: string): boolean {
  const found = bare(name);
  return WHOLE.includes(found) || ENDINGS.some((ending) => found.endsWith(ending));
}

/** Whether a header, or a parameter of an address, of that name holds a secret. */
export const isSecretParameter = (name: string): boolean =>
  isSecretField(name) || OF_ADDRESS.includes(bare(name));

/** A text in which the secret parameters of every address are hidden: `?page=2&access_token=[secret]`. */
export const withoutSecretParameters = (text: string): string =>
  text.replace(/([?&;])([\w.%-]+)=([^&\s"'<>;,]*)/g, (all, before: string, name: string, value: string) =>
    value !== '' && isSecretParameter(name) ? `${before}${name}=${HIDDEN}` : all,
  );
