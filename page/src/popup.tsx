/** A small box beside what opened it, in the browser's top layer so that neither a scroller nor a dialog can cut it. */

import { useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject } from "react";

const GAP = 4;
const MARGIN = 8;

interface Props {
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
  children: ReactNode;
  width?: "anchor" | number;
  align?: "start" | "end";
  label?: string;
}

export function Popup({ anchor, onClose, children, width = "anchor", align = "start", label }: Props) {
  const box = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const element = box.current!;
    element.setAttribute("popover", "manual");
    element.showPopover?.();
    const place = () => {
      const from = anchor.current?.getBoundingClientRect();
      if (!from) return;
      const wide = width === "anchor" ? Math.max(from.width, 200) : width;
      element.style.width = `${Math.min(wide, innerWidth - 2 * MARGIN)}px`;
      const height = element.offsetHeight;
      const below = innerHeight - from.bottom - GAP - MARGIN;
      const above = from.top - GAP - MARGIN;
      const up = below < height && above > below;
      element.style.maxHeight = `${Math.max(120, up ? above : below)}px`;
      element.style.top = up ? `${Math.max(MARGIN, from.top - GAP - Math.min(height, above))}px` : `${from.bottom + GAP}px`;
      const left = align === "end" ? from.right - element.offsetWidth : from.left;
      element.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - element.offsetWidth - MARGIN))}px`;
    };
    place();
    const grown = new ResizeObserver(place);
    grown.observe(element);
    window.addEventListener("scroll", place, true);
    window.addEventListener("resize", place);
    return () => {
      grown.disconnect();
      window.removeEventListener("scroll", place, true);
      window.removeEventListener("resize", place);
    };
  }, [anchor, width, align]);

  useEffect(() => {
    const outside = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!box.current?.contains(target) && !anchor.current?.contains(target)) onClose();
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [anchor, onClose]);

  return (
    <div ref={box} className="popup" aria-label={label}>
      {children}
    </div>
  );
}
