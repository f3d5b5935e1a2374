/** One message: who, when, what, and what its buttons do. */

import { memo, useMemo, useState } from "react";
import { Avatar } from "./avatar";
import { Blocks } from "./blocks";
import { useHouse } from "./house";
import { Eye } from "./icons";
import type { Message, SlackFile } from "./protocol";
import { SurfaceContext, type Surface, type Values } from "./surface";
import { Mrkdwn } from "./text";
import { atOf, clock, exact } from "./when";
import { authorOf, nameOf } from "./workspace";

interface Props {
  channel: string;
  message: Message;
  /** Drawn under the one before, without face and name. */
  follows?: boolean;
  replies?: { count: number; users: string[]; last: string } | null;
  inThread?: boolean;
  onDismiss: (ts: string) => void;
}

export const MessageRow = memo(function MessageRow({ channel, message, follows, replies, inThread, onDismiss }: Props) {
  const { workspace, openThread } = useHouse();
  const author = authorOf(message, workspace);
  const at = atOf(message.ts);
  return (
    <article className={`message ${follows ? "follows" : ""} ${message.ephemeral ? "is-ephemeral" : ""}`} data-testid="message" data-ts={message.ts} data-ephemeral={message.ephemeral || undefined} aria-label={`${nameOf(author)}, ${clock(at)}`}>
      <div className="message-side">{follows ? <time className="message-when-side" title={exact(at)}>{clock(at).replace(/\s?[AP]M/i, "")}</time> : <Avatar user={author} />}</div>
      <div className="message-main">
        {message.ephemeral && !follows && <div className="message-private"><Eye size={14} /> Only visible to you</div>}
        {!follows && (
          <div className="message-head">
            <span className="message-author">{nameOf(author)}</span>
            {author.is_bot && <span className="badge-app">APP</span>}
            <time dateTime={at.toISOString()} title={exact(at)}>{clock(at)}</time>
          </div>
        )}
        <Body channel={channel} message={message} />
        {message.ephemeral && (
          <div className="message-private-foot">
            Only visible to you · <button type="button" className="link-button" onClick={() => onDismiss(message.ts)}>Dismiss message</button>
          </div>
        )}
        {replies && replies.count > 0 && !inThread && (
          <button type="button" className="replies" data-testid="replies" onClick={() => openThread(message.ts)}>
            <span className="replies-faces">{replies.users.slice(0, 4).map((id) => <Avatar key={id} user={workspace.users.get(id) ?? { id, name: id }} size={22} />)}</span>
            <b>{replies.count} {replies.count === 1 ? "reply" : "replies"}</b>
            <span className="replies-when">Last at {clock(atOf(replies.last))}</span>
            <span className="replies-view">View thread</span>
          </button>
        )}
      </div>
      {!inThread && !message.ephemeral && (
        <div className="message-tools">
          <button type="button" onClick={() => openThread(message.thread_ts ?? message.ts)} aria-label="Reply in thread" title="Reply in thread">
            <ThreadIcon />
          </button>
        </div>
      )}
    </article>
  );
});

function Body({ channel, message }: { channel: string; message: Message }) {
  const { ask, complain } = useHouse();
  const [values, setValues] = useState<Values>({});
  const surface = useMemo<Surface>(() => {
    const tell = async (body: object) => {
      const answer = await ask("action", { channel, ts: message.ts, ...body });
      if (!answer.ok) complain(answer.error ?? "That did not work.");
      return answer.ok;
    };
    return {
      kind: "message",
      values,
      errors: {},
      say: (block, action, said) => setValues((before) => withSaid(before, block, action, said)),
      act: (block, element, said) => {
        const next = isStateful(element.type) ? withSaid(values, block, element.action_id ?? "", { type: element.type, ...said }) : values;
        return tell({ action: { ...element, block_id: block, ...said }, state: { values: next } });
      },
      suggest: async (block, action, typed) => {
        const answer = await ask("suggest", { action_id: action, block_id: block, value: typed, channel, ts: message.ts });
        return answer.ok === false ? { error: answer.error } : answer;
      },
    };
  }, [ask, complain, channel, message.ts, values]);

  const edited = message.edited ? <span className="edited" title={`Edited ${exact(atOf(message.edited.ts))}`}>(edited)</span> : null;
  return (
    <SurfaceContext.Provider value={surface}>
      <div className="message-body">
        {message.subtype === "tombstone" ? <em className="tombstone">This message was deleted.</em> : message.blocks?.length ? <Blocks blocks={message.blocks} /> : <Mrkdwn text={message.text ?? ""} />}
        {edited}
        {message.files?.map((file, index) => <FileOf key={file.id ?? index} file={file} />)}
      </div>
    </SurfaceContext.Provider>
  );
}

function FileOf({ file }: { file: SlackFile }) {
  const name = file.title || file.name || "file";
  if (file.mimetype?.startsWith("image/") && file.url_private) {
    return (
      <figure className="block-image">
        <figcaption>{name}</figcaption>
        <img src={file.url_private} alt={file.alt_txt ?? name} />
      </figure>
    );
  }
  return <a className="file" href={file.url_private ?? file.permalink ?? "#"} target="_blank" rel="noopener noreferrer">{name}</a>;
}

function ThreadIcon() {
  return (
    <svg width="18" height="18" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="round" strokeLinecap="round" aria-hidden="true">
      <path d="M3 5.5A2.5 2.5 0 0 1 5.5 3h9A2.5 2.5 0 0 1 17 5.5v5a2.5 2.5 0 0 1-2.5 2.5H9l-4 3.5V13A2.2 2.2 0 0 1 3 10.5ZM6.5 6.7h7M6.5 9.5h4.5" />
    </svg>
  );
}

/** Buttons and overflow menus act and are forgotten; the rest keeps its value in the message's state. */
export function isStateful(type: string): boolean {
  return type !== "button" && type !== "overflow" && type !== "workflow_button" && type !== "icon_button" && type !== "feedback_buttons";
}

export function withSaid(values: Values, block: string, action: string, said: Values[string][string]): Values {
  return { ...values, [block]: { ...values[block], [action]: said } };
}
