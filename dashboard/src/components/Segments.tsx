import { ToggleGroup } from "radix-ui";
import styles from "./Segments.module.css";

interface SegmentsProps<Option extends string> {
  label: string;
  options: readonly Option[];
  value: Option;
  name: (option: Option) => string;
  onChange: (option: Option) => void;
}

/** One of a few, all in sight. */
export function Segments<Option extends string>({ label, options, value, name, onChange }: SegmentsProps<Option>) {
  return (
    <ToggleGroup.Root
      type="single"
      className={styles.group}
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        // Radix lets the chosen one be taken back; here, one is always chosen.
        if (next) onChange(next as Option);
      }}
    >
      {options.map((option) => (
        <ToggleGroup.Item key={option} value={option} className={styles.segment}>
          {name(option)}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
