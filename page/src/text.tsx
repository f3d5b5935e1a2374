/** Draw text: mrkdwn, plain text with emoji, mentions, dates and links. */

import { Fragment, useEffect, useMemo, useReducer, type ReactNode } from "react";
import { CodeBlock } from "./code";
import { emoji } from "./emoji";
import { useHouse } from "./house";
import { inline, read, type Inline, type Part } from "./mrkdwn";
import { dated, exact } from "./when";
import { nameOf } from "./workspace";

const TICK_MS = 15_000;

export interface TextObject {
  type: string;
  text: string;
  emoji?: boolean;
  verbatim?: boolean;
}

export function Mrkdwn({ text, verbatim }: { text: string; verbatim?: boolean }) {
  const parts = useMemo(() => read(text, { verbatim }), [text, verbatim]);
  return <Parts parts={parts} />;
}

function Parts({ parts }: { parts: Part[] }) {
  return (
    <>
      {parts.map((part, index) =>
        part.kind === "pre" ? (
          <CodeBlock key={index} text={part.text} />
        ) : part.kind === "quote" ? (
          <blockquote key={index}>
            <Parts parts={part.inside} />
          </blockquote>
        ) : (
          <div key={index} className="lines">
            <Inlines pieces={part.inside} />
          </div>
        ),
      )}
    </>
  );
}

export function Inlines({ pieces }: { pieces: Inline[] }) {
  return (
    <>
      {pieces.map((piece, index) => (
        <Fragment key={index}>{drawn(piece)}</Fragment>
      ))}
    </>
  );
}

function drawn(piece: Inline): ReactNode {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "strong":
      return <strong><Inlines pieces={piece.inside} /></strong>;
    case "em":
      return <em><Inlines pieces={piece.inside} /></em>;
    case "strike":
      return <s><Inlines pieces={piece.inside} /></s>;
    case "code":
      return <code>{piece.text}</code>;
    case "link":
      return <Link url={piece.url}><Inlines pieces={piece.label} /></Link>;
    case "user":
      return <UserMention id={piece.id} label={piece.label} />;
    case "channel":
      return <ChannelMention id={piece.id} label={piece.label} />;
    case "group":
      return <span className="mention">{atSign(piece.label ?? piece.id)}</span>;
    case "broadcast":
      return <span className="mention mention-me">@{piece.range}</span>;
    case "date":
      return <Moment at={piece.at} format={piece.format} url={piece.url} />;
    case "emoji":
      return <Emoji name={piece.name} />;
  }
}

/** Slack's header, label and button texts: no faces, but emoji. */
export function PlainText({ text }: { text: TextObject | { text: string } | string | undefined }) {
  const words = typeof text === "string" ? text : (text?.text ?? "");
  const asEmoji = typeof text === "string" || !(text && "emoji" in text && text.emoji === false);
  if (!asEmoji) return <>{words}</>;
  return (
    <>
      {words.split(/(:[a-z0-9_+-]+:)/i).map((piece, index) => {
        const sign = index % 2 === 1 ? emoji(piece.slice(1, -1).toLowerCase()) : null;
        return sign ? <Emoji key={index} name={piece.slice(1, -1).toLowerCase()} /> : piece;
      })}
    </>
  );
}

/** A text object of either kind. */
export function Text({ text }: { text: TextObject | undefined }) {
  if (!text) return null;
  return text.type === "mrkdwn" ? <Mrkdwn text={text.text} verbatim={text.verbatim} /> : <div className="lines"><PlainText text={text} /></div>;
}

/** A mrkdwn text on one run, where a paragraph would break the line. */
export function InlineMrkdwn({ text, verbatim }: { text: string; verbatim?: boolean }) {
  const pieces = useMemo(() => inline(text, verbatim), [text, verbatim]);
  return <Inlines pieces={pieces} />;
}

export function Emoji({ name }: { name: string }) {
  const sign = emoji(name);
  return sign ? <span className="emoji" role="img" aria-label={name.replace(/_/g, " ")} title={`:${name}:`}>{sign}</span> : <>:{name}:</>;
}

export function Link({ url, children }: { url: string; children: ReactNode }) {
  if (!/^(https?|mailto|slack):/.test(url)) return <>{children}</>;
  return <a href={url} target="_blank" rel="noopener noreferrer">{children}</a>;
}

export function UserMention({ id, label }: { id: string; label?: string | null }) {
  const { workspace } = useHouse();
  const name = nameOf(workspace.users.get(id)) || label || id;
  return <span className={id === workspace.me ? "mention mention-me" : "mention"} data-user={id}>{atSign(name)}</span>;
}

export function ChannelMention({ id, label }: { id: string; label?: string | null }) {
  const { workspace, go } = useHouse();
  const channel = workspace.channels.find((known) => known.id === id);
  if (!channel) return <span className="mention">#{label || "private channel"}</span>;
  return <button type="button" className="mention mention-link" onClick={() => go(id)}>#{channel.name}</button>;
}

export function Moment({ at, format, url }: { at: number; format: string; url?: string | null }) {
  const when = new Date(at * 1000);
  useTick(format.includes("{ago}"));
  const words = <time dateTime={when.toISOString()} title={exact(when)}>{dated(format, when)}</time>;
  return url ? <Link url={url}>{words}</Link> : words;
}

/** "4 seconds ago" must not stand for an hour. */
function useTick(wanted: boolean) {
  const [, turn] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!wanted) return;
    const timer = window.setInterval(turn, TICK_MS);
    return () => window.clearInterval(timer);
  }, [wanted]);
}

function atSign(name: string): string {
  return name.startsWith("@") ? name : `@${name}`;
}
