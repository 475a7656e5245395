import { Tabs as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import styles from "./Tabs.module.css";

interface Tab {
  /** In the URL. */
  value: string;
  label: string;
  content: ReactNode;
}

interface TabsProps {
  label: string;
  tabs: readonly [Tab, ...Tab[]];
}

/** Tabs whose choice is in the URL as `?tab=`; only the chosen one's content is made. */
export function Tabs({ label, tabs }: TabsProps) {
  const [search, setSearch] = useSearchParams();
  const wanted = search.get("tab");
  const value = tabs.find((tab) => tab.value === wanted)?.value ?? tabs[0].value;
  return (
    // What a tab's filters have put into the URL is that tab's.
    <Primitive.Root value={value} onValueChange={(tab) => setSearch({ tab }, { replace: true })}>
      <Primitive.List className={styles.list} aria-label={label}>
        {tabs.map((tab) => (
          <Primitive.Trigger key={tab.value} value={tab.value} className={styles.tab}>
            {tab.label}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map((tab) => (
        <Primitive.Content key={tab.value} value={tab.value} className={styles.content}>
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}
