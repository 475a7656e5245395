import type { ReactNode } from "react";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import styles from "./Settlement.module.css";

interface StepperProps {
  unit: "day" | "month";
  onBack: () => void;
  /** Null where there is nothing later yet. */
  onOn: (() => void) | null;
  children: ReactNode;
}

/** Leads to the day or month before and after. */
export function Stepper({ unit, onBack, onOn, children }: StepperProps) {
  const [before, after] = [`The ${unit} before`, `The ${unit} after`];
  return (
    <div className={styles.stepper}>
      <Button size="icon" aria-label={before} title={before} onClick={onBack}>
        <Icon name="left" />
      </Button>
      {children}
      <Button size="icon" aria-label={after} title={after} disabled={!onOn} onClick={() => onOn?.()}>
        <Icon name="right" />
      </Button>
    </div>
  );
}
