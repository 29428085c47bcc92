import 'uplot/dist/uPlot.min.css';
import './style.css';
import { render } from 'preact';
import { App } from './app';
import { followSession } from './lib/follow-session';
import { startLive } from './lib/live';
import { startTheme } from './lib/theme';

startTheme();
startLive();
followSession();
const root = document.querySelector('#app');
if (root !== null) render(<App />, root);
