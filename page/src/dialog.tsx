/** A modal frame: the browser's own dialog gives focus its walls and the page behind it its stillness. */

import { useEffect, useRef, type ReactNode } from "react";

interface Props {
  label: string;
  onClose: () => void;
  children: ReactNode;
  className?: string;
  testId?: string;
}

export function Dialog({ label, onClose, children, className = "", testId }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement as HTMLElement | null;
    element.showModal();
    const first = element.querySelector<HTMLElement>("[data-first], .dialog-body input, .dialog-body textarea, .dialog-body [role=combobox], .dialog-body button");
    (first ?? element.querySelector<HTMLElement>("button"))?.focus();
    return () => {
      element.close();
      if (before?.isConnected) before.focus();
      else document.querySelector<HTMLElement>("[data-testid=composer]")?.focus();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-label={label}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="dialog-inner">{children}</div>
    </dialog>
  );
}
