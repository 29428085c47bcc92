export { type S3Emulator, type S3EmulatorOptions, type S3Right, startS3Emulator } from './server';
