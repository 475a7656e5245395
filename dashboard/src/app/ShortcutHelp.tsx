import { Dialog } from "../components/Dialog";
import type { Place } from "./navigation";
import styles from "./ShortcutHelp.module.css";

interface ShortcutHelpProps {
  places: readonly Place[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

const GENERAL: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["?"], "This help"],
  [["/"], "Search"],
  [["j"], "Next row"],
  [["k"], "Previous row"],
  [["Enter"], "Open the row"],
  [["Esc"], "Close, or leave a field"],
];

export function ShortcutHelp({ places, open, onOpenChange }: ShortcutHelpProps) {
  const going = places.map((place) => [["g", place.key], place.label] as const);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <dl className={styles.list}>
        {[...GENERAL, ...going].map(([keys, what]) => (
          <div key={what} className={styles.row}>
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
