/** Drawings, 24 by 24, in the colour of the text around them. */

import { html, type TemplateResult } from "lit";

function drawn(path: string, width = 1.8): TemplateResult {
  return html`<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width=${width}
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${path}></path></svg>`;
}

export const closeIcon = drawn("M6 6l12 12M18 6L6 18");
export const menuIcon = drawn("M12 5.5v.01M12 12v.01M12 18.5v.01", 3);
export const largerIcon = drawn("M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7");
export const smallerIcon = drawn("M20 10h-6V4M14 10l7-7M4 14h6v6M10 14l-7 7");
export const sendIcon = drawn("M12 19V5M5.5 11.5L12 5l6.5 6.5");
export const thumbIcon = drawn("M7 10.5v9H4v-9zM7 10.5l4-7c1.7 0 2.7 1.2 2.4 2.9L12.8 10h5.4c1.2 0 2 1.1 1.7 2.2l-1.6 5.8c-.2.9-1 1.5-1.9 1.5H7");
export const copyIcon = drawn("M9 9h11v11H9zM15 9V4H4v11h5");
export const bookIcon = drawn("M12 6.5C10 5 7.5 4.5 4 4.500v13c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2v-13c-3.5 0-6 .5-8 2zM12 6.500v13");
export const personIcon = drawn("M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c1-3.8 4-5.5 7.5-5.500s6.5 1.7 7.5 5.5");
export const downIcon = drawn("M12 5v14M5.5 12.500L12 19l6.5-6.5");
export const foldIcon = drawn("M8 5l7 7-7 7");
export const againIcon = drawn("M20 11a8 8 0 1 0-2 6M20 5v6h-6");
export const saveIcon = drawn("M12 4v11M7 10.500L12 15l5-4.500M5 20h14");
export const binIcon = drawn("M5 7h14M10 7V4.500h4V7M7 7l.8 12.500h8.400L17 7M10.5 11v5M13.5 11v5");
