export { plainText, styledText } from './plain-text';
export { holdsSecret, redact, registerSecretValue } from './redact';
export { redactData } from './redact-data';
