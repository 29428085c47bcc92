export { type S3Emulator, type S3EmulatorOptions, startS3Emulator } from './server';
