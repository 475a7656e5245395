import { Toast as Primitive } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { describeError } from "../api/errors";
import { Icon } from "./Icon";
import styles from "./Toast.module.css";

interface Message {
  id: number;
  tone: "good" | "bad";
  text: string;
}

interface Toasts {
  /** Says that something is done. */
  done: (text: string) => void;
  /** Says what went wrong, where no form or dialog is open to say it. */
  failed: (error: unknown) => void;
}

const ToastContext = createContext<Toasts | null>(null);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const count = useRef(0);
  const add = useCallback((tone: Message["tone"], text: string) => {
    count.current += 1;
    const message = { id: count.current, tone, text };
    setMessages((present) => [...present.slice(-2), message]);
  }, []);
  const toasts = useMemo<Toasts>(
    () => ({ done: (text) => add("good", text), failed: (error) => add("bad", describeError(error)) }),
    [add],
  );
  const remove = (id: number) => setMessages((present) => present.filter((message) => message.id !== id));
  return (
    <ToastContext value={toasts}>
      <Primitive.Provider label="Message" duration={6_000}>
        {children}
        {messages.map(({ id, tone, text }) => (
          <Primitive.Root
            key={id}
            className={styles.toast}
            data-tone={tone}
            onEscapeKeyDown={leaveToDialog}
            onOpenChange={(open) => {
              if (!open) remove(id);
            }}
          >
            <Icon name={tone === "good" ? "check" : "warning"} />
            <Primitive.Description className={styles.text}>{text}</Primitive.Description>
            <Primitive.Close className={styles.close} aria-label="Dismiss">
              <Icon name="close" size={12} />
            </Primitive.Close>
          </Primitive.Root>
        ))}
        <Primitive.Viewport className={styles.viewport} label="Messages ({hotkey})" />
      </Primitive.Provider>
    </ToastContext>
  );
}

/** Esc is the dialog's, where one is open: the message goes by itself. */
function leaveToDialog(event: KeyboardEvent): void {
  const close = document.querySelector<HTMLElement>("[data-dialog] [data-dialog-close]");
  if (!close || event.defaultPrevented) return;
  event.preventDefault();
  close.click();
}

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error("useToasts needs a ToastProvider above it");
  return toasts;
}
