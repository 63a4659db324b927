"""Working memory that workers share: losing it loses time and money, never data."""
