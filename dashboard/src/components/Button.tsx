import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { classes } from "../lib/classes";
import styles from "./Button.module.css";

interface ButtonProps extends ComponentProps<"button"> {
  variant?: "primary" | "secondary" | "danger" | "quiet";
  size?: "normal" | "small" | "icon";
  /** Something is under way: the button keeps its size and takes no clicks. */
  busy?: boolean;
  /** The only child becomes the button, for links that look like one. */
  asChild?: boolean;
}

export function Button({
  variant = "secondary",
  size = "normal",
  busy = false,
  asChild = false,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  const Element = asChild ? Slot.Root : "button";
  return (
    <Element
      {...(asChild ? {} : { type: "button" as const })}
      {...rest}
      // Not `disabled`, which would take the focus away from whoever has just pressed it.
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classes(styles.button, styles[variant], styles[size], busy && styles.busy, className)}
    />
  );
}
