// The emulator is what the demo runs on too, so it lives with the examples.
export * from '../../../examples/zendesk-emulator';
