import { useId } from "react";
import { Checkbox } from "../../components/Field";
import { EVERYTHING, FAMILIES, isCovered, toggleFilter } from "./eventFilters";
import styles from "./Webhooks.module.css";

interface EventFilterFieldProps {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  error: string | null;
}

/** Which events an endpoint wants. What something wider lets through is ticked, and no longer to be chosen by itself. */
export function EventFilterField({ chosen, onChange, error }: EventFilterFieldProps) {
  const id = useId();
  function box(filter: string, label: string) {
    const covered = isCovered(chosen, filter);
    return (
      <Checkbox
        key={filter}
        label={label}
        checked={covered || chosen.includes(filter)}
        disabled={covered}
        onChange={() => onChange(toggleFilter(chosen, filter))}
      />
    );
  }
  return (
    <fieldset aria-describedby={error ? id : undefined}>
      <legend className={styles.legend}>Events</legend>
      <div className={styles.events}>
        {box(EVERYTHING, "All events, those to come as well")}
        <div className={styles.families}>
          {FAMILIES.map((family) => (
            <fieldset key={family.filter} className={styles.family}>
              <legend>{family.name}</legend>
              {box(family.filter, family.filter)}
              {family.types.map((type) => box(type, type))}
            </fieldset>
          ))}
        </div>
      </div>
      {error && (
        <p id={id} className={styles.problem} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
