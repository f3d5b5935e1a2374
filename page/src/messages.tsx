/** The scroll of a channel or a thread: days, groups, the bot's status line, and the way back down. */

import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { MessageRow } from "./message";
import type { Message } from "./protocol";
import { atOf, day, sameDay } from "./when";
import { appOf, authorOf, isReply, nameOf, type Status, type Workspace } from "./workspace";

const GROUP_SECONDS = 5 * 60;
const NEAR_BOTTOM_PX = 80;

interface Props {
  workspace: Workspace;
  channel: string;
  messages: Message[];
  statuses: Status[];
  empty?: ReactNode;
  inThread?: boolean;
  onDismiss: (ts: string) => void;
}

export function Messages({ workspace, channel, messages, statuses, empty, inThread, onDismiss }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const [behind, setBehind] = useState(false);
  const all = workspace.messages[channel] ?? [];

  const down = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
    setBehind(false);
  };
  useLayoutEffect(() => {
    stuck.current = true;
    down();
  }, [channel, workspace.me]);
  const last = messages.at(-1);
  useLayoutEffect(() => {
    if (stuck.current || last?.user === workspace.me) down();
    else setBehind(true);
  }, [last?.ts, messages.length, statuses.length]);
  // Pictures, lazily drawn blocks and edits change heights after the fact.
  useEffect(() => {
    const content = scroller.current?.firstElementChild;
    if (!content) return;
    const grown = new ResizeObserver(() => stuck.current && down());
    grown.observe(content);
    grown.observe(scroller.current!);
    return () => grown.disconnect();
  }, [channel]);

  return (
    <div className="scroll-frame">
      <div
        ref={scroller}
        className="scroll"
        tabIndex={0}
        role="log"
        aria-label={inThread ? "Thread" : "Messages"}
        onScroll={(event) => {
          const element = event.currentTarget;
          stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_BOTTOM_PX;
          if (stuck.current) setBehind(false);
        }}
      >
        <div className="scroll-content">
          {!inThread && <div className="scroll-push" />}
          {empty}
          {messages.map((message, index) => {
            const before = messages[index - 1];
            const newDay = !before || !sameDay(atOf(before.ts), atOf(message.ts));
            return (
              <div key={message.ts}>
                {newDay && !inThread && <div className="day"><span>{day(atOf(message.ts))}</span></div>}
                <MessageRow
                  channel={channel}
                  message={message}
                  follows={!newDay && !(inThread && index === 1) && follows(before, message, workspace)}
                  replies={inThread ? null : repliesTo(message, all)}
                  inThread={inThread}
                  onDismiss={onDismiss}
                />
                {inThread && index === 0 && <div className="thread-count"><span>{replyWords(messages.filter((one) => !one.ephemeral).length - 1)}</span></div>}
              </div>
            );
          })}
        </div>
      </div>
      {behind && <button type="button" className="jump-down" onClick={() => { stuck.current = true; down(); }}>New messages ↓</button>}
      <StatusLine statuses={statuses} workspace={workspace} />
    </div>
  );
}

function StatusLine({ statuses, workspace }: { statuses: Status[]; workspace: Workspace }) {
  const status = statuses[0];
  const bot = status && (workspace.users.get(status.user ?? "") ?? appOf(workspace));
  return (
    <div className="status-line" data-testid="status-line" role="status" aria-live="polite">
      {status && (
        <>
          <span className="typing" aria-hidden="true"><i /><i /><i /></span>
          <span><b>{bot ? nameOf(bot) : "The app"}</b> {status.text}</span>
        </>
      )}
    </div>
  );
}

function follows(before: Message | undefined, message: Message, workspace: Workspace): boolean {
  if (!before || before.ephemeral !== message.ephemeral) return false;
  if (authorOf(before, workspace).id !== authorOf(message, workspace).id) return false;
  return Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
}

function repliesTo(parent: Message, all: Message[]): { count: number; users: string[]; last: string } | null {
  const replies = all.filter((message) => message.thread_ts === parent.ts && message.ts !== parent.ts && !message.ephemeral);
  if (!replies.length) return null;
  return { count: Math.max(replies.length, parent.reply_count ?? 0), users: [...new Set(replies.map((reply) => reply.user ?? reply.bot_id ?? "?"))], last: replies.at(-1)!.ts };
}

function replyWords(count: number): string {
  return count <= 0 ? "No replies yet" : count === 1 ? "1 reply" : `${count} replies`;
}

/** What stands in the channel itself: everything but replies; a private answer inside a thread belongs to the thread. */
export function inChannel(messages: Message[]): Message[] {
  return messages.filter((message) => !isReply(message));
}

export function ofThread(messages: Message[], root: string): Message[] {
  return messages.filter((message) => message.ts === root || message.thread_ts === root);
}
