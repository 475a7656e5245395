import { useState } from "react";
import { useNavigate } from "react-router";
import { fetchOrders, orderKeys } from "../../api/orders";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { Page } from "../../components/Page";
import { DataTable } from "../../components/table/DataTable";
import { SearchBox } from "../../components/table/Filters";
import { useCursorList } from "../../components/table/list";
import { CreateOrderDialog } from "./CreateOrderDialog";
import { ORDER_COLUMNS } from "./columns";

const ORDER_ID = /^order_\w+$/;

export default function OrdersPage() {
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const list = useCursorList({ queryKey: orderKeys.list, fetchPage: fetchOrders });

  function search(text: string): string | null {
    if (text !== "" && !ORDER_ID.test(text)) return "Enter an order id.";
    if (text !== "") void navigate(`/orders/${text}`);
    return null;
  }

  return (
    <Page
      title="Orders"
      actions={
        <Button variant="primary" onClick={() => setCreating(true)}>
          <Icon name="plus" size={14} />
          Create order
        </Button>
      }
    >
      <DataTable
        label="Orders"
        columns={ORDER_COLUMNS}
        list={list}
        rowId={(order) => order.id}
        rowLink={(order) => `/orders/${order.id}`}
        empty={{ title: "No orders yet.", children: "Your server makes one for each sale, or you do here." }}
        filters={<SearchBox label="Find an order" placeholder="Order id" value="" onSearch={search} />}
      />
      {creating && <CreateOrderDialog onOpenChange={setCreating} />}
    </Page>
  );
}
