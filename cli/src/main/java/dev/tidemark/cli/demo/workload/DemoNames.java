package dev.tidemark.cli.demo.workload;

import java.util.List;

/** The databases and collections of the demo's workload. */
public final class DemoNames {

  public static final String SHOP = "demo_shop";
  public static final String BANK = "demo_bank";

  /** All databases the workload writes to; nothing else at the source is touched. */
  public static final List<String> DATABASES = List.of(SHOP, BANK);

  static final String ORDERS = "orders";
  static final String CUSTOMERS = "customers";
  static final String STOCK = "stock";
  static final String EVENTS = "events";
  static final String CATALOGUE = "catalogue";
  static final String ACCOUNTS = "accounts";
  static final String LEDGER = "ledger";

  private DemoNames() {}
}
