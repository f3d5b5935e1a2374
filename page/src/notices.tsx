/** "lineagebot in #finance: …": what the app says elsewhere reaches the reader where they are, as Slack's banner does. */

import { useEffect } from "react";
import { Avatar } from "./avatar";
import { useHouse } from "./house";
import { Close } from "./icons";
import type { Message } from "./protocol";
import { InlineMrkdwn } from "./text";
import { authorOf, nameOf, titleOf } from "./workspace";

export interface Notice {
  channel: string;
  message: Message;
}

const SHOWN_MS = 9_000;
const MOST = 3;

export function withNotice(before: Notice[], notice: Notice): Notice[] {
  return [...before.filter((other) => other.message.ts !== notice.message.ts), notice].slice(-MOST);
}

export function Notices({ notices, onGone }: { notices: Notice[]; onGone: (ts: string) => void }) {
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map((notice) => <Banner key={notice.message.ts} notice={notice} onGone={onGone} />)}
    </div>
  );
}

function Banner({ notice: { channel, message }, onGone }: { notice: Notice; onGone: (ts: string) => void }) {
  const { workspace, go } = useHouse();
  const place = workspace.channels.find((known) => known.id === channel);
  useEffect(() => {
    const timer = window.setTimeout(() => onGone(message.ts), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [message.ts, onGone]);
  if (!place) return null;
  const author = authorOf(message, workspace);
  return (
    <div className="notice" data-testid="notice">
      <button type="button" className="notice-go" onClick={() => { onGone(message.ts); go(channel); }}>
        <Avatar user={author} size={32} />
        <span>
          <b>{nameOf(author)} <small>in {place.kind === "channel" ? "#" : ""}{titleOf(place, workspace)}</small></b>
          <span className="notice-words"><InlineMrkdwn text={message.text ?? ""} verbatim /></span>
        </span>
      </button>
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => onGone(message.ts)}><Close size={15} /></button>
    </div>
  );
}
