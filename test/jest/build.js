const { execFileSync } = require('node:child_process');
const path = require('node:path');

/** Jest's `globalSetup`: what runs is the build, so it is brought up to date first. It checks the types of all code. */
module.exports = () => {
  const program = path.join(__dirname, '..', '..', 'scripts', 'build.mjs');
  execFileSync(process.execPath, [program], { stdio: 'inherit' });
};
