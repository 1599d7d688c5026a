package dev.writ.audit;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the names in an entry may be. A store must be able to index every one of them, so that an entry which has a leaf can
 * also be written, and does not fail the batch it is in.
 */
final class LeafNames {

    /** In UTF-8. */
    static final int MAX_BYTES = 1_024;

    private static final int MAX_BYTES_PER_CHAR = 3;

    private LeafNames() {}

    static void check(Entry entry, Set<String> committed, Set<String> aside) {
        requireName(entry.kind(), "kind");
        entry.keys().forEach(key -> requireName(key, "key"));
        entry.topics().forEach(topic -> requireName(topic, "topic"));
        entry.columns().forEach((column, value) -> requireName(value, column.text()));
        committed.forEach(input -> requireName(input, "name of an input"));
        if (!committed.isEmpty() || !entry.subjectKey().isEmpty()) {
            requireName(entry.subjectKey(), "subject key");
        }
        requireDistinct(entry.keys(), "key");
        List<String> inputs = entry.inputs().stream().map(Input::name).toList();
        requireDistinct(inputs, "input");
        if (!committed.containsAll(aside)) {
            throw new IllegalArgumentException("an entry sets an input aside that it does not have");
        }
        if (!committed.containsAll(inputs)) {
            throw new IllegalArgumentException("an input of an entry has no commitment");
        }
    }

    private static void requireName(String name, String what) {
        boolean fits = name.length() * MAX_BYTES_PER_CHAR <= MAX_BYTES
                || name.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
        if (name.isEmpty() || !fits || hasControlCharacter(name)) {
            throw new IllegalArgumentException("the " + what + " of an entry is empty, longer than " + MAX_BYTES
                    + " bytes, or has a control character");
        }
    }

    private static boolean hasControlCharacter(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static void requireDistinct(List<String> names, String what) {
        if (names.size() > 1 && new HashSet<>(names).size() != names.size()) {
            throw new IllegalArgumentException("an entry names a " + what + " twice");
        }
    }
}
