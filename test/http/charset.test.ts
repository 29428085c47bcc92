import { makeClient, thrown } from './make-client';
import { type Answer, script } from './scripted-server';

const sent =
  (bytes: Buffer, type = 'application/json'): Answer =>
  (_, response) =>
    void response.writeHead(200, { 'content-type': type }).end(bytes);
const latin1 = Buffer.from('{"name":"Müller","id":12345678901234567890}', 'latin1');
const utf8 = Buffer.from('{"name":"Müller","id":12345678901234567890}');
const expected = { name: 'Müller', id: 12345678901234567890n };
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('a body in a charset', () => {
  test.each<[string, Buffer, string]>([
    ['none told', utf8, 'application/json'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${utf8}`), 'text/json; charset=UTF-8'],
    ['said to be ASCII', utf8, 'application/json; charset=us-ascii'],
    ['Latin 1', latin1, 'application/json;charset=iso-8859-1'],
    ['quoted, in capitals', latin1, 'application/json; version=1; Charset="ISO-8859-1"'],
    ['windows-1252', latin1, 'application/json; charset=windows-1252'],
    ['UTF-16, told', utf16(utf8.toString()), 'application/json; charset=utf-16le'],
    ['UTF-16, by its mark', utf16(utf8.toString()), 'application/json'],
  ])('is decoded: %s', async (_, bytes, type) => {
    const { url } = await script(sent(bytes, type));
    expect(await makeClient({ baseUrl: url }).http.get('/a')).toEqual(expected);
  });

  test('of many bytes a character is decoded', async () => {
    // "日本" in Shift_JIS
    const bytes = Buffer.from('["\x93\xfa\x96\x7b"]', 'latin1');
    const { url } = await script(sent(bytes, 'application/json; charset=shift_jis'));
    expect(await makeClient({ baseUrl: url }).http.get('/a')).toEqual(['日本']);
  });

  test('of two bytes a character is decoded, though each byte is ASCII', async () => {
    const { url } = await script(sent(Buffer.from('[1]', 'utf16le'), 'application/json; charset=utf-16le'));
    expect(await makeClient({ baseUrl: url }).http.get('/a')).toEqual([1]);
  });

  test('that nobody knows does no harm to ASCII', async () => {
    const { url } = await script(sent(Buffer.from('[1]'), 'application/json; charset=binary'));
    expect(await makeClient({ baseUrl: url }).http.get('/a')).toEqual([1]);
  });

  test.each<[string, string, RegExp]>([
    ['not UTF-8', 'application/json', /content type "application\/json", and the body is not valid UTF-8\./],
    ['unknown', 'application/json; charset=binary', /is in charset "binary", which is not known here\./],
    ['another one', 'application/json; charset=euc-jp', /is not valid euc-jp, which is its charset\./],
  ])('is refused by name and not asked for again: %s', async (_, type, message) => {
    const { url, asked } = await script(sent(latin1, type));
    for (const as of ['json', 'text'] as const) {
      const error = await thrown(makeClient({ baseUrl: url }).http.request({ path: '/a', as }));
      expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
      expect(error.message).toMatch(message);
      expect(error.message).toContain(`"http: { charset: 'iso-8859-1' }"`);
    }
    expect(asked).toHaveLength(2);
  });

  test('is what the source says, whatever the answer does', async () => {
    const { url } = await script(sent(latin1), sent(latin1, 'application/json; charset=utf-8'));
    const { http } = makeClient({ baseUrl: url, charset: 'iso-8859-1' });
    expect([await http.get('/a'), await http.get('/a')]).toEqual([expected, expected]);
    expect(() => makeClient({ baseUrl: url, charset: 'latin-one' })).toThrow(
      /"http.charset" is "latin-one", which is not a known charset/,
    );
  });

  test('does not keep the message of an error from being told', async () => {
    const { url } = await script((_, response) => void response.writeHead(404).end(latin1));
    const error = await thrown(makeClient({ baseUrl: url }).http.get('/a'));
    expect(error).toMatchObject({ code: 'HTTP_STATUS' });
  });
});
