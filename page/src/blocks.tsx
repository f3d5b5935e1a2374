/** Draw Block Kit as Slack does, one function a block. */

import { Component, lazy, Suspense, useId, useState, type ReactNode } from "react";
import { ElementOf } from "./elements";
import { useHouse } from "./house";
import { Chevron } from "./icons";
import type { Block, Element } from "./protocol";
import { RichText } from "./rich-text";
import { useSurface } from "./surface";
import { InlineMrkdwn, Mrkdwn, PlainText, Text } from "./text";

const Rare = lazy(() => import("./rare"));
const LONG_SECTION_LINES = 30;

export function Blocks({ blocks }: { blocks: Block[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <Guard key={block.block_id ?? index} type={block.type}>
          <BlockOf block={block} id={block.block_id ?? `b${index}`} />
        </Guard>
      ))}
    </div>
  );
}

function BlockOf({ block, id }: { block: Block; id: string }): ReactNode {
  const { workspace } = useHouse();
  switch (block.type) {
    case "header":
      return <h3 className="block-header"><PlainText text={block.text} /></h3>;
    case "divider":
      return <hr className="block-divider" />;
    case "section":
      return <Section block={block} id={id} />;
    case "context":
      return <ContextBlock block={block} />;
    case "actions":
    case "context_actions":
      return <Actions block={block} id={id} />;
    case "input":
      return <Input block={block} id={id} />;
    case "rich_text":
      return <RichText elements={block.elements ?? []} />;
    case "image":
      return <Picture block={block} />;
    case "table":
      return <Table block={block} />;
    default:
      return (
        <Suspense fallback={<div className="block-waiting" />}>
          <Rare block={block} workspace={workspace} />
        </Suspense>
      );
  }
}

function Section({ block, id }: { block: Block; id: string }) {
  const { kind } = useSurface();
  const [open, setOpen] = useState(false);
  const long = kind === "message" && !block.expand && String(block.text?.text ?? "").split("\n").length > LONG_SECTION_LINES;
  const wide = block.accessory && !["button", "image", "overflow"].includes(block.accessory.type);
  return (
    <div className={`block-section ${wide ? "has-wide-accessory" : ""}`}>
      <div className="section-words">
        {block.text && <div className={long && !open ? "folded" : undefined}><Text text={block.text} /></div>}
        {long && <button type="button" className="link-button" onClick={() => setOpen((was) => !was)}>{open ? "Show less" : "Show more"}</button>}
        {block.fields && (
          <div className="section-fields">
            {block.fields.map((field: any, index: number) => (
              <div key={index}><Text text={field} /></div>
            ))}
          </div>
        )}
      </div>
      {block.accessory && <div className="section-accessory"><ElementOf element={block.accessory} block={id} /></div>}
    </div>
  );
}

function ContextBlock({ block }: { block: Block }) {
  return (
    <div className="block-context">
      {(block.elements ?? []).map((element: any, index: number) =>
        element.type === "image" ? (
          <img key={index} src={element.image_url} alt={element.alt_text ?? ""} title={element.alt_text} />
        ) : (
          <span key={index}>{element.type === "mrkdwn" ? <ContextWords text={element.text} verbatim={element.verbatim} /> : <PlainText text={element} />}</span>
        ),
      )}
    </div>
  );
}

function ContextWords({ text, verbatim }: { text: string; verbatim?: boolean }) {
  return text.includes("```") || /^(&gt;|>)/m.test(text) ? <Mrkdwn text={text} verbatim={verbatim} /> : <InlineMrkdwn text={text} verbatim={verbatim} />;
}

function Actions({ block, id }: { block: Block; id: string }) {
  return (
    <div className="block-actions" role="group">
      {(block.elements ?? []).map((element: Element, index: number) => (
        <ElementOf key={element.action_id ?? index} element={element} block={id} />
      ))}
    </div>
  );
}

function Input({ block, id }: { block: Block; id: string }) {
  const { errors } = useSurface();
  const label = useId();
  const error = errors[id];
  const described = [error && `${label}-error`, block.hint && `${label}-hint`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={`block-input ${error ? "has-error" : ""}`} data-block-id={id}>
      <div id={label} className="input-label">
        <PlainText text={block.label} />
        {block.optional && <span className="input-optional"> (optional)</span>}
      </div>
      <ElementOf element={block.element} block={id} quiet={!block.dispatch_action} labelledBy={label} describedBy={described} />
      {error && <div id={`${label}-error`} className="input-error" role="alert">{error}</div>}
      {block.hint && <div id={`${label}-hint`} className="input-hint"><PlainText text={block.hint} /></div>}
    </div>
  );
}

/** Pictures come from the playground alone (its content policy says so); one from elsewhere is named, not fetched. */
function Picture({ block }: { block: Block }) {
  const [open, setOpen] = useState(true);
  const [broken, setBroken] = useState(false);
  const url = block.image_url ?? block.slack_file?.url;
  return (
    <figure className="block-image">
      <figcaption>
        <button type="button" className="image-fold" aria-expanded={open} onClick={() => setOpen((was) => !was)}>
          <span>{block.title ? <PlainText text={block.title} /> : block.alt_text}</span>
          <Chevron size={14} />
        </button>
      </figcaption>
      {open && (broken || !url ? <div className="image-missing">{block.alt_text || "This picture cannot be shown here."}</div> : <img src={url} alt={block.alt_text ?? ""} onError={() => setBroken(true)} />)}
    </figure>
  );
}

interface Cell {
  type: string;
  text?: string;
  value?: number;
  elements?: any[];
}

function Table({ block }: { block: Block }) {
  const [head, ...rows] = (block.rows ?? []) as Cell[][];
  const settings = (block.column_settings ?? []) as ({ align?: "left" | "center" | "right"; is_wrapped?: boolean } | null)[];
  const look = (index: number) => ({ textAlign: settings[index]?.align ?? ("left" as const), whiteSpace: settings[index]?.is_wrapped ? ("normal" as const) : ("nowrap" as const) });
  if (!head) return null;
  return (
    <div className="block-table" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>{head.map((cell, index) => <th key={index} scope="col" style={look(index)}><CellOf cell={cell} /></th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>{row.map((cell, index) => <td key={index} style={look(index)}><CellOf cell={cell} /></td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CellOf({ cell }: { cell: Cell }) {
  if (cell.type === "rich_text") return <RichText elements={cell.elements ?? []} />;
  if (cell.type === "raw_number") return <>{cell.text ?? cell.value?.toLocaleString()}</>;
  return <>{cell.text}</>;
}

/** One block that cannot be drawn must not take the page with it. */
class Guard extends Component<{ type: string; children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <div className="cannot-draw">(a {this.props.type} block that the playground cannot draw)</div> : this.props.children;
  }
}
