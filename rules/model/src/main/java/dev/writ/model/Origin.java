package dev.writ.model;

import java.util.List;

/**
 * Where the gateway saw the value of one argument before the call.
 *
 * <p>Trust needs the whole value, at token boundaries, in one place; any overlap with what outsiders alone wrote taints.
 *
 * @param argument its path, as {@code text("customer.id")} would name it; a list or object stands for the worst of what it holds
 * @param tainted whether any part of it was seen in what outsiders can write and in nothing better
 * @param seenAt log indices of the entries that it was seen in, ascending; of many, the newest ten
 */
public record Origin(String argument, Source source, boolean tainted, List<Long> seenAt) {

    public Origin {
        seenAt = seenAt.stream().sorted().distinct().toList();
    }
}
