import { DropdownMenu } from "radix-ui";
import { Button } from "../Button";
import { Icon } from "../Icon";
import menu from "../Menu.module.css";
import type { Column } from "./columns";

interface ColumnPickerProps<Row> {
  columns: readonly Column<Row>[];
  shown: Readonly<Record<string, boolean>>;
  onChange: (id: string, visible: boolean) => void;
}

export function ColumnPicker<Row>({ columns, shown, onChange }: ColumnPickerProps<Row>) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button size="icon" aria-label="Columns" title="Columns">
          <Icon name="columns" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className={menu.menu} align="end" sideOffset={4} collisionPadding={8}>
        {columns
          .filter((column) => !column.fixed)
          .map((column) => (
            <DropdownMenu.CheckboxItem
              key={column.id}
              className={menu.item}
              checked={shown[column.id] ?? true}
              onCheckedChange={(visible) => onChange(column.id, visible)}
              // Stays open: seldom is it only one.
              onSelect={(event) => event.preventDefault()}
            >
              <span className={menu.mark}>
                <DropdownMenu.ItemIndicator>
                  <Icon name="check" size={14} />
                </DropdownMenu.ItemIndicator>
              </span>
              {column.header}
            </DropdownMenu.CheckboxItem>
          ))}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
