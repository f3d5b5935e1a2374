/** A face for everyone without asking the network: initials on a colour that is always the same for one person. */

import type { User } from "./protocol";
import { nameOf } from "./workspace";

const COLOURS = ["#2f6fde", "#0f7b6c", "#a8479b", "#c4541c", "#7a5af8", "#b4234e", "#3b7a1f", "#946200", "#3f6b8f", "#8f3f71"];

export function Avatar({ user, size = 36 }: { user: User; size?: number }) {
  if (user.is_bot && /lineage/i.test(nameOf(user))) return <BotFace size={size} />;
  const colour = user.color ? `#${user.color.replace(/^#/, "")}` : COLOURS[hash(user.id) % COLOURS.length]!;
  return (
    <span className="avatar" style={{ width: size, height: size, background: colour, fontSize: size * 0.42, borderRadius: size * 0.22 }} aria-hidden="true">
      {initials(nameOf(user))}
    </span>
  );
}

function BotFace({ size }: { size: number }) {
  return (
    <svg className="avatar" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" style={{ borderRadius: size * 0.22 }}>
      <rect width="32" height="32" fill="#6d2f77" />
      <path d="M10 10.5h4c4 0 4 11 8 11M10 21.5h4c4 0 4-11 8-11" fill="none" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
      <g fill="#ecb22e"><circle cx="8.5" cy="10.5" r="3" /><circle cx="8.5" cy="21.5" r="3" /></g>
      <g fill="#2eb67d"><circle cx="23.5" cy="10.5" r="3" /><circle cx="23.5" cy="21.5" r="3" /></g>
    </svg>
  );
}

function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words.at(-1)![0] : "")).toUpperCase();
}

function hash(text: string): number {
  let sum = 7;
  for (const char of text) sum = (sum * 31 + char.charCodeAt(0)) >>> 0;
  return sum;
}
