import 'uplot/dist/uPlot.min.css';
import './style.css';
import { render } from 'preact';
import { App } from './app';
import { startLive } from './lib/live';
import { loadSession } from './lib/session';
import { startTheme } from './lib/theme';

startTheme();
startLive();
loadSession();
const root = document.querySelector('#app');
if (root !== null) render(<App />, root);
