/** Styles go into the bundle's one file of them. */
declare module '*.css';
