/** The acquirers' simulator's magic values; the README tells the same. */

export interface TestPayment {
  vpa?: string;
  card?: string;
  outcome: string;
}

export interface TestRefund {
  reason: string;
  outcome: string;
}

export const TEST_PAYMENTS: readonly TestPayment[] = [
  { vpa: "success@paygate", card: "4242 4242 4242 4242", outcome: "Succeeds" },
  { vpa: "failure@paygate", card: "4000 0000 0000 0002", outcome: "Fails: payment declined, card declined" },
  { vpa: "insufficient@paygate", card: "4000 0000 0000 9995", outcome: "Fails: insufficient funds" },
  { vpa: "expired@paygate", card: "4000 0000 0000 0069", outcome: "Fails: payment timed out, expired card" },
  { vpa: "cancelled@paygate", outcome: "Fails: payment cancelled" },
  { vpa: "invalid@paygate", card: "4000 0000 0000 0127", outcome: "Fails: invalid UPI address, incorrect CVV" },
  { vpa: "limit@paygate", card: "4000 0000 0000 0101", outcome: "Fails: limit exceeded" },
  { card: "4000 0000 0000 6975", outcome: "Fails: card velocity exceeded" },
  { vpa: "bank-down@paygate", card: "4000 0000 0000 0119", outcome: "Fails: bank unavailable, processing error" },
  { card: "4000 0000 0000 9987", outcome: "Fails: lost card" },
  { card: "4000 0000 0000 9979", outcome: "Fails: stolen card" },
  { vpa: "timeout@paygate", card: "4000 0000 0000 0044", outcome: "The answer is lost; 5 seconds later it succeeds" },
  { vpa: "timeout-failure@paygate", outcome: "The answer is lost; 5 seconds later it fails" },
  {
    vpa: "capture-failure@paygate",
    card: "4000 0000 0000 0036",
    outcome: "Authorized, but its capture is declined",
  },
];

export const TEST_REFUNDS: readonly TestRefund[] = [
  { reason: "failure@paygate", outcome: "Fails: refund declined" },
  { reason: "insufficient@paygate", outcome: "Fails: insufficient balance" },
  { reason: "timeout@paygate", outcome: "The answer is lost; later it is processed" },
  { reason: "timeout-failure@paygate", outcome: "The answer is lost; later it fails" },
];
