export { startUi, type Ui, type UiOptions } from './start-ui';
