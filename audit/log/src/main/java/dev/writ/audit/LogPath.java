package dev.writ.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A resource of a tiled log: hashes, or entries, in groups of 256.
 *
 * @see <a href="https://c2sp.org/tlog-tiles">C2SP tlog-tiles</a>
 */
public sealed interface LogPath {

    /** Hashes in a full tile, and entries in a full bundle. */
    int WIDTH = 256;

    /** Position in its level, from 0. */
    long n();

    /** How many hashes or entries it holds, 1 to 256. */
    int width();

    /** Below the log's prefix, such as {@code tile/0/x001/234.p/8}. */
    String path();

    <R> R fold(Function<HashTile, R> tile, Function<EntryBundle, R> bundle);

    /** Whether nothing can be added to it. */
    default boolean isFull() {
        return width() == WIDTH;
    }

    /**
     * Reads a path, in the one form that there is of it.
     *
     * @throws IllegalArgumentException if it is none
     */
    static LogPath parse(String path) {
        return LogPaths.parse(path);
    }

    /**
     * Roots of complete subtrees of 256^level leaves each.
     *
     * @param level from 0, whose hashes are leaf hashes, to 5
     */
    record HashTile(int level, long n, int width) implements LogPath {

        /** The highest level there is: enough for 2^48 leaves. */
        public static final int MAX_LEVEL = 5;

        public HashTile {
            if (level < 0 || level > MAX_LEVEL) {
                throw new IllegalArgumentException("a tile's level is 0 to " + MAX_LEVEL);
            }
            LogPaths.requireValid(n, width, level);
        }

        /** The tile's hash at that height and place, for a tree of that size, or the full one. */
        static HashTile holding(int level, long hash, long size) {
            long n = hash >>> 8;
            long hashes = size >>> (8 * level);
            return new HashTile(level, n, (int) Math.min(WIDTH, hashes - (n << 8)));
        }

        /** Leaves that a tree must have so that this tile is in it. */
        public long end() {
            return ((n << 8) + width()) << (8 * level);
        }

        @Override
        public String path() {
            return "tile/" + level + LogPaths.rest(n, width);
        }

        @Override
        public <R> R fold(Function<HashTile, R> tile, Function<EntryBundle, R> bundle) {
            return tile.apply(this);
        }
    }

    /** Leaves, each after its length as two bytes, big-endian. */
    record EntryBundle(long n, int width) implements LogPath {

        public EntryBundle {
            LogPaths.requireValid(n, width, 0);
        }

        /** Index of the first entry in it. */
        public long start() {
            return n << 8;
        }

        /** Leaves that a tree must have so that this bundle is in it. */
        public long end() {
            return start() + width;
        }

        @Override
        public String path() {
            return "tile/entries" + LogPaths.rest(n, width);
        }

        @Override
        public <R> R fold(Function<HashTile, R> tile, Function<EntryBundle, R> bundle) {
            return bundle.apply(this);
        }
    }
}

/** The text form of {@link LogPath}s. */
final class LogPaths {

    private static final Pattern FORM =
            Pattern.compile("tile/([0-5]|entries)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

    private LogPaths() {}

    static void requireValid(long n, int width, int level) {
        // The last leaf it covers is below 2^48.
        if (n < 0 || n >= 1L << (8 * (LogPath.HashTile.MAX_LEVEL - level)) || width < 1 || width > LogPath.WIDTH) {
            throw new IllegalArgumentException("a tile is at a number from 0 and 1 to " + LogPath.WIDTH + " wide");
        }
    }

    /** {@code /x001/234.p/8}. */
    static String rest(long n, int width) {
        List<String> groups = new ArrayList<>();
        long left = n;
        do {
            groups.add(0, (groups.isEmpty() ? "" : "x") + String.format(Locale.ROOT, "%03d", left % 1000));
            left /= 1000;
        } while (left > 0);
        return "/" + String.join("/", groups) + (width == LogPath.WIDTH ? "" : ".p/" + width);
    }

    static LogPath parse(String path) {
        Matcher form = FORM.matcher(path);
        if (!form.matches()) {
            throw malformed();
        }
        long n = Long.parseLong(form.group(2).replaceAll("[x/]", ""));
        int width = form.group(3) == null ? LogPath.WIDTH : Integer.parseInt(form.group(3));
        LogPath parsed = form.group(1).equals("entries")
                ? new LogPath.EntryBundle(n, width)
                : new LogPath.HashTile(Integer.parseInt(form.group(1)), n, width);
        // Leading groups of zeroes, and '.p/256', would be a second name of the same thing.
        if (!parsed.path().equals(path)) {
            throw malformed();
        }
        return parsed;
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "a tile's path is tile/<level>/<number> or tile/entries/<number>, such as tile/0/x001/234.p/8");
    }
}
