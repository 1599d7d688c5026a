package dev.writ.audit;

import dev.writ.model.Digest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Verifies a whole log in its public form, in bounded memory and with the JDK's cryptography alone.
 *
 * <p>It checks that the checkpoint is signed; that every leaf is one that can be written and has the hash that the tile of its
 * place holds; that every hash tile which the checkpoint's size demands is there and is what the leaves make; that these make
 * the checkpoint's root; that no two entries share a key; and, if an earlier checkpoint is given, that the log begins with
 * exactly the entries which that one covered.
 *
 * <p>Bundles may be missing if a {@code PRUNE} entry of the log says that entries below an index were deleted, and they hold
 * such an index: then what is proved of their entries is their hashes. {@link VerifyResult.Intact#from} says where the last of
 * them ends.
 *
 * @see <a href="https://c2sp.org/tlog-tiles">C2SP tlog-tiles</a>
 */
public final class StaticLogVerifier {

    /** Work that is under way or waits to be linked, for each thread. */
    private static final int AHEAD = 2;

    private static final long MAX_SIZE = 1L << (Byte.SIZE * (LogPath.HashTile.MAX_LEVEL + 1));

    private final LogVerifierKey key;
    private final Options options;
    private final TileSource source;
    private final TileReader tiles;
    private final TiledTree tree;
    private final BitSet missing = new BitSet();
    private long prunedBelow;

    private StaticLogVerifier(TileSource source, LogVerifierKey key, Options options) {
        this.source = source;
        this.key = key;
        this.options = options;
        this.tiles = new TileReader(source);
        this.tree = new TiledTree(tiles);
    }

    /**
     * What to check besides.
     *
     * @param earlier a checkpoint that the log must begin with, its signature verified
     * @param from bundles that end at or below that index are not asked for: whoever has only a part of a log says so
     * @param watcher is told how far it is
     */
    public record Options(Optional<Checkpoint> earlier, long from, Watcher watcher) {

        /** Everything, with nobody watching. */
        public static final Options DEFAULT = new Options(Optional.empty(), 0, (done, size) -> {});

        public Options {
            if (from < 0) {
                throw new IllegalArgumentException("an index is not negative");
            }
        }

        /** The same, with an earlier checkpoint whose signature was verified. */
        public Options since(Checkpoint checkpoint) {
            return new Options(Optional.of(checkpoint), from, watcher);
        }

        /** The same, for a part of a log. */
        public Options from(long index) {
            return new Options(earlier, index, watcher);
        }

        /** The same, watched. */
        public Options watchedBy(Watcher another) {
            return new Options(earlier, from, another);
        }
    }

    /** Is told how far a verification is, now and then, by one thread. */
    @FunctionalInterface
    public interface Watcher {
        void verified(long entries, long size);
    }

    /**
     * Verifies the log as its newest checkpoint has it. Blocks for as long as it takes to read it.
     *
     * @param key that the log is trusted to be signed with
     * @throws UnreadableLogException if the source cannot be read
     */
    public static VerifyResult verify(TileSource source, LogVerifierKey key, Options options) {
        try {
            return new StaticLogVerifier(source, key, options).verify();
        } catch (BrokenLogException broken) {
            return broken.result();
        }
    }

    private VerifyResult verify() {
        Checkpoint head = head();
        options.earlier().filter(earlier -> earlier.size() > head.size()).ifPresent(earlier -> {
            throw new BrokenLogException(
                    head.size(), "the log had " + earlier.size() + " entries, and has only " + head.size());
        });
        try (KeySpill keys = new KeySpill(new SecureRandom())) {
            requireBeginning(0, List::of);
            examine(head, keys);
            tree.compareLast();
            if (!head.root().equals(Digest.fromBytes(tree.root(List.of())))) {
                throw new BrokenLogException(
                        trusted(head),
                        "the checkpoint's root is not that of the entries; some were changed with all their tiles");
            }
            requirePruned();
            OptionalLong repeated = keys.firstRepeated();
            if (repeated.isPresent()) {
                throw new BrokenLogException(
                        repeated.getAsLong(), "entry " + repeated.getAsLong() + " has a key that an earlier entry has");
            }
        }
        return new VerifyResult.Intact(head.size(), head, from(head));
    }

    private Checkpoint head() {
        try {
            Checkpoint head = key.verify(source.checkpoint().note());
            if (head.size() >= MAX_SIZE) {
                throw new BrokenLogException(0, "the checkpoint is of more entries than there can be");
            }
            return head;
        } catch (VerificationException wrong) {
            throw new BrokenLogException(0, "the checkpoint is not one of this log: " + wrong.getMessage());
        }
    }

    /** Bundles are examined by many threads, and linked by this one in order; so the first thing wrong is reported. */
    private void examine(Checkpoint head, KeySpill keys) {
        long bundles = (head.size() + LogPath.WIDTH - 1) / LogPath.WIDTH;
        int threads = source.parallelism();
        ExecutorService workers = Executors.newFixedThreadPool(threads, StaticLogVerifier::worker);
        Deque<Future<BundleExamination>> underWay = new ArrayDeque<>();
        try {
            for (long next = 0, linked = 0; linked < bundles; linked++) {
                for (; next < bundles && underWay.size() < threads * AHEAD; next++) {
                    LogPath.EntryBundle bundle = bundle(next, head.size());
                    underWay.add(workers.submit(() -> BundleExamination.of(bundle, tiles, keys, options.from())));
                }
                link(result(underWay.remove()), head, keys);
            }
        } finally {
            workers.shutdownNow();
        }
    }

    private static Thread worker(Runnable work) {
        Thread thread = new Thread(work, "verify");
        thread.setDaemon(true);
        return thread;
    }

    private static LogPath.EntryBundle bundle(long n, long size) {
        return new LogPath.EntryBundle(n, (int) Math.min(LogPath.WIDTH, size - n * LogPath.WIDTH));
    }

    private static BundleExamination result(Future<BundleExamination> examination) {
        try {
            return examination.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnreadableLogException("stopped before everything was verified", stopped);
        }
    }

    private void link(BundleExamination examined, Checkpoint head, KeySpill keys) {
        examined.broken().ifPresent(wrong -> {
            throw new BrokenLogException(wrong.index(), wrong.what());
        });
        LogPath.EntryBundle bundle = examined.bundle();
        requireBeginning(bundle.start(), examined::hashes);
        if (bundle.isFull()) {
            tree.addFull(examined.root());
        } else {
            tree.addLast(examined.hashes());
        }
        if (examined.isMissing()) {
            missing.set(Math.toIntExact(bundle.n()));
        }
        prunedBelow = Math.max(prunedBelow, examined.prunedBelow());
        examined.keys().forEach(keys::add);
        options.watcher().verified(bundle.end(), head.size());
    }

    /** If the earlier checkpoint ends within these, or before the first entry: its root must be that of the entries so far. */
    private void requireBeginning(long start, Supplier<List<byte[]>> examined) {
        options.earlier().ifPresent(earlier -> {
            List<byte[]> hashes = examined.get();
            long within = earlier.size() - start;
            boolean endsHere = within > 0 ? within <= hashes.size() : earlier.size() == 0 && hashes.isEmpty();
            if (endsHere && !earlier.root().equals(Digest.fromBytes(tree.root(hashes.subList(0, (int) within))))) {
                throw new BrokenLogException(
                        0,
                        "the log does not begin with the " + earlier.size() + " entries that it had; it was rewritten");
            }
        });
    }

    /** Up to where the earlier checkpoint vouches for what was read. */
    private long trusted(Checkpoint head) {
        return options.earlier()
                .map(Checkpoint::size)
                .filter(size -> size <= head.size())
                .orElse(0L);
    }

    /** By now the root has proved that entries say what they say. */
    private void requirePruned() {
        long first = Math.max((prunedBelow + LogPath.WIDTH - 1) / LogPath.WIDTH, options.from() / LogPath.WIDTH);
        int unsaid = missing.nextSetBit((int) Math.min(first, Integer.MAX_VALUE));
        if (unsaid >= 0) {
            long index = (long) unsaid * LogPath.WIDTH;
            throw new BrokenLogException(
                    index, "entries from index " + index + " on are missing, and no entry says that they were pruned");
        }
    }

    private long from(Checkpoint head) {
        return Math.min(head.size(), (long) missing.length() * LogPath.WIDTH);
    }
}
