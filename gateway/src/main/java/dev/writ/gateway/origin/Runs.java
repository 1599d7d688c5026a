package dev.writ.gateway.origin;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The runs of twelve letters and digits that occur in the values of one call, and in nothing that is trusted.
 *
 * <p>Twelve are longer than nearly all words, so what two texts share by chance is shorter. A value that has fewer counts as one
 * run; one of less than six is too common to be told apart, and is looked for as a whole only.
 */
final class Runs {

    static final int LENGTH = 12;
    static final int SHORTEST = 6;

    private static final int FREE = -1;
    private static final int KNOWN = -2;
    private static final long BASE = 1_000_003L;
    private static final long DROPPED = power(LENGTH);

    private final long[] hashes;
    private final int[] owners;
    private final long[] filter = new long[1 << 12];
    private final long[] writtenAt;
    private final Set<Integer> alike = new HashSet<>();
    private int size;

    /** @param characters of all values together, at most */
    Runs(int characters) {
        int capacity = Integer.highestOneBit(Math.max(16, characters + characters / 2)) << 1;
        hashes = new long[capacity];
        owners = new int[capacity];
        writtenAt = new long[capacity];
        Arrays.fill(owners, FREE);
        Arrays.fill(writtenAt, Long.MAX_VALUE);
    }

    private static long power(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= BASE;
        }
        return power;
    }

    /** Adds the runs of one value; a run that several values share is kept for each. */
    void add(int owner, String compact) {
        long hash = 0;
        for (int i = 0; i < compact.length(); i++) {
            hash = hash * BASE + compact.charAt(i);
            if (i >= LENGTH) {
                hash -= DROPPED * compact.charAt(i - LENGTH);
            }
            if (i >= LENGTH - 1) {
                put(mixed(hash), owner);
            }
        }
    }

    /** This value has letters that look like others, so no text can be known to be good for it. */
    void looksAlike(int owner) {
        alike.add(owner);
    }

    /** An agent wrote this text itself: what shows it again later is no better for that. */
    void written(String compact, long index) {
        visit(compact, slot -> writtenAt[slot] = Math.min(writtenAt[slot], index));
    }

    /** The person or a trusted source gave this text: an outsider who repeats it adds nothing. */
    void known(String compact, long index) {
        visit(compact, slot -> {
            if (writtenAt[slot] >= index && !alike.contains(owners[slot])) {
                owners[slot] = KNOWN;
            }
        });
    }

    /** The values that share a run with this text. */
    Set<Integer> sharedWith(String compact) {
        Set<Integer> shared = new HashSet<>();
        visit(compact, slot -> {
            if (owners[slot] >= 0) {
                shared.add(owners[slot]);
            }
        });
        return shared;
    }

    private interface Slots {
        void accept(int slot);
    }

    private void visit(String compact, Slots found) {
        if (size == 0) {
            return;
        }
        long hash = 0;
        for (int i = 0; i < compact.length(); i++) {
            hash = hash * BASE + compact.charAt(i);
            if (i >= LENGTH) {
                hash -= DROPPED * compact.charAt(i - LENGTH);
            }
            if (i >= LENGTH - 1) {
                long run = mixed(hash);
                if ((filter[(int) (run >>> 52)] & (1L << (run >>> 46))) != 0) {
                    probe(run, found);
                }
            }
        }
    }

    private void probe(long run, Slots found) {
        for (int slot = slot(run); owners[slot] != FREE; slot = (slot + 1) & (hashes.length - 1)) {
            if (hashes[slot] == run) {
                found.accept(slot);
            }
        }
    }

    private void put(long run, int owner) {
        int slot = slot(run);
        while (owners[slot] != FREE) {
            if (hashes[slot] == run && owners[slot] == owner) {
                return;
            }
            slot = (slot + 1) & (hashes.length - 1);
        }
        hashes[slot] = run;
        owners[slot] = owner;
        filter[(int) (run >>> 52)] |= 1L << (run >>> 46);
        size++;
    }

    private int slot(long run) {
        return (int) run & (hashes.length - 1);
    }

    private static long mixed(long hash) {
        long mixed = hash * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 29);
    }

    @Override
    public String toString() {
        return "Runs[" + size + "]";
    }
}
