/** Slack's "are you sure": asked before an element that carries a confirm object acts. */

import { useState, type ReactNode } from "react";
import { Dialog } from "./dialog";
import type { Element } from "./protocol";
import { PlainText, Text, type TextObject } from "./text";

interface ConfirmObject {
  title: TextObject;
  text: TextObject;
  confirm?: TextObject;
  deny?: TextObject;
  style?: "primary" | "danger";
}

/** A function that runs what it is given at once, or after the question was answered with yes. */
export function useConfirm(element: Element): [ask: (go: () => void) => void, dialog: ReactNode] {
  const [waiting, setWaiting] = useState<{ go: () => void } | null>(null);
  const question = element.confirm as ConfirmObject | undefined;
  const ask = (go: () => void) => (question ? setWaiting({ go }) : go());
  const close = () => setWaiting(null);
  if (!waiting || !question) return [ask, null];
  return [
    ask,
    <Dialog label={question.title.text} onClose={close} className="dialog-confirm" testId="confirm">
      <div className="dialog-head"><h2><PlainText text={question.title} /></h2></div>
      <div className="dialog-body"><Text text={question.text} /></div>
      <div className="dialog-foot">
        <button type="button" className="button" onClick={close}><PlainText text={question.deny ?? "Cancel"} /></button>
        <button
          type="button"
          data-first
          className={`button ${question.style === "danger" ? "button-danger-solid" : "button-primary"}`}
          data-testid="confirm-yes"
          onClick={() => { close(); waiting.go(); }}
        >
          <PlainText text={question.confirm ?? "Yes"} />
        </button>
      </div>
    </Dialog>,
  ];
}
