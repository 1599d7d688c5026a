package dev.writ.audit;

import java.math.BigDecimal;

/** What an entry that orders old things to be deleted says, as everybody reads it. */
public final class Pruning {

    /** The kind of an entry that says that entries of some kinds are deleted below an index. */
    public static final String KIND = "PRUNE";

    /** Entries of the smallest partition. c2sp.org/tlog-tiles: the minimum index is a multiple of this. */
    public static final long SMALLEST = 1 << 16;

    private static final long LARGER = 1 << 20;
    private static final long LARGEST = 1 << 24;

    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    private Pruning() {}

    /** Where the last partition ends that ends at or below an index. Entries are deleted in whole partitions. */
    public static long boundary(long index) {
        long width = index < LARGER ? SMALLEST : index < LARGEST ? LARGER : LARGEST;
        return index - index % width;
    }

    /**
     * The index below which that entry deletes, never beyond itself: the database does no more either.
     *
     * @param index of the entry, which is of kind {@code PRUNE} or {@code RESULTS_EXPIRED}
     * @return 0 if it says none that the database would read as an index
     */
    public static long below(long index, Entry entry) {
        return entry.body()
                .number("below")
                .filter(below -> below.signum() > 0
                        && below.compareTo(MOST) <= 0
                        && below.stripTrailingZeros().scale() <= 0)
                .map(below -> Math.min(below.longValueExact(), index))
                .orElse(0L);
    }
}
