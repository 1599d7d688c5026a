package dev.writ.gateway.approval;

import java.time.Instant;

/**
 * Somebody looked at what is to be approved, through Writ.
 *
 * @param view keyed digest of what they were shown
 * @param index of the entry
 */
record Viewed(String approver, String view, long index, Instant at) {}
