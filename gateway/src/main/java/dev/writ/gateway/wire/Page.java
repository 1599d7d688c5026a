package dev.writ.gateway.wire;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param next sent as {@code cursor}, gets the next page; absent on the last
 */
public record Page<T>(List<T> items, Optional<String> next) {

    private static final int LONGEST_CURSOR = 256;

    public Page {
        items = List.copyOf(items);
    }

    /**
     * Which page is asked for.
     *
     * @param after the key of the last item of the page before; empty for the first page
     * @param size 1 to 1,000
     */
    public record Request(String after, int size) {

        private static final int LARGEST = 1_000;

        /** Reads the query parameters {@code cursor} and {@code limit}. */
        public static Request of(@Nullable String cursor, @Nullable Integer limit) {
            int size = limit == null ? 100 : limit;
            if (size < 1 || size > LARGEST) {
                throw new Problem(ProblemType.MALFORMED, "'limit' is 1 to " + LARGEST + ".");
            }
            if (cursor != null && cursor.length() > LONGEST_CURSOR) {
                throw new Problem(ProblemType.MALFORMED, "'cursor' is the 'next' of another page.");
            }
            return new Request(cursor == null ? "" : cursor, size);
        }

        /** How many rows to read: one more than are shown, to know whether there is a next page. */
        public int rows() {
            return size + 1;
        }

        /** The page that those rows make. */
        public <R, T> Page<T> of(List<R> rows, Function<R, String> key, Function<R, T> shown) {
            List<R> these = rows.size() > size ? rows.subList(0, size) : rows;
            return new Page<>(
                    these.stream().map(shown).toList(),
                    these.size() < rows.size() ? Optional.of(key.apply(these.get(size - 1))) : Optional.empty());
        }
    }
}
