/** The page's few line drawings. */

import type { ReactNode } from "react";

function icon(inside: ReactNode) {
  return function Icon({ size = 18 }: { size?: number }) {
    return (
      <svg width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
        {inside}
      </svg>
    );
  };
}

export const Send = icon(<path d="M3 3.5 17 10 3 16.5l1.8-5.4L11 10 4.8 8.9Z" fill="currentColor" stroke="none" />);
export const Close = icon(<path d="m5 5 10 10M15 5 5 15" />);
export const Chevron = icon(<path d="m6 8 4 4 4-4" />);
export const Back = icon(<path d="M12 5 7 10l5 5" />);
export const Dots = icon(<><circle cx="10" cy="4.5" r="1.4" fill="currentColor" stroke="none" /><circle cx="10" cy="10" r="1.4" fill="currentColor" stroke="none" /><circle cx="10" cy="15.5" r="1.4" fill="currentColor" stroke="none" /></>);
export const Hash = icon(<path d="M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13M3 12.5h13" />);
export const Lock = icon(<><rect x="4.5" y="8.5" width="11" height="8" rx="1.8" /><path d="M7 8.5V6.5a3 3 0 0 1 6 0v2" /></>);
export const Terminal = icon(<><rect x="2.5" y="3.5" width="15" height="13" rx="2.5" /><path d="m6 8 2.5 2L6 12M10.5 12.5H14" /></>);
export const Bubble = icon(<path d="M3 5.5A2.5 2.5 0 0 1 5.5 3h9A2.5 2.5 0 0 1 17 5.5v5a2.5 2.5 0 0 1-2.5 2.5H9l-4 3.5V13A2.2 2.2 0 0 1 3 10.5Z" />);
export const Thread = icon(<path d="M3 5.5A2.5 2.5 0 0 1 5.5 3h9A2.5 2.5 0 0 1 17 5.5v5a2.5 2.5 0 0 1-2.5 2.5H9l-4 3.5V13A2.2 2.2 0 0 1 3 10.5ZM6.5 6.7h7M6.5 9.5h4.5" />);
export const List = icon(<path d="M4 5.5h12M4 10h12M4 14.5h12" />);
export const Eye = icon(<><path d="M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10Z" /><circle cx="10" cy="10" r="2.3" /></>);
export const Play = icon(<path d="M6 4v12l10-6Z" fill="currentColor" stroke="none" />);
export const Copy = icon(<><rect x="7" y="7" width="9.5" height="9.5" rx="2" /><path d="M13 4.5A1.5 1.5 0 0 0 11.5 3.5H5A1.5 1.5 0 0 0 3.5 5v6.5A1.5 1.5 0 0 0 4.5 13" /></>);
export const Check = icon(<path d="m4 10.5 4 4 8-9" />);
export const Home = icon(<path d="M3 9.5 10 3.5l7 6V16a1 1 0 0 1-1 1h-3.5v-4.5h-5V17H4a1 1 0 0 1-1-1Z" />);
export const Warning = icon(<path d="M10 3 2.5 16.5h15ZM10 8.5v3.5M10 14.3v.2" />);
export const Person = icon(<><circle cx="10" cy="7" r="3.3" /><path d="M3.5 17a6.5 6.5 0 0 1 13 0" /></>);
export const Clock = icon(<><circle cx="10" cy="10" r="7" /><path d="M10 6v4.2l2.8 1.6" /></>);
export const At = icon(<><circle cx="10" cy="10" r="3" /><path d="M13 7v4.5a2 2 0 0 0 4 0V10a7 7 0 1 0-3 5.7" /></>);
export const Braces = icon(<path d="m7 5-4.5 5L7 15M13 5l4.5 5-4.5 5" />);
