package dev.writ.gateway.console;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What differs between two texts, line by line: the longest common lines stay, the others go or come. */
final class LineDiff {

    /** Longer texts are shown one after the other: their table of common lines would be large. */
    private static final int LONGEST = 2_000;

    private LineDiff() {}

    /** @param sign {@code +} if it came, {@code -} if it went, and a space if it stayed */
    record Line(char sign, String text) {

        public boolean isAdded() {
            return sign == '+';
        }

        public boolean isRemoved() {
            return sign == '-';
        }
    }

    static List<Line> of(String before, String after) {
        List<String> old = before.isEmpty() ? List.of() : before.lines().toList();
        List<String> now = after.isEmpty() ? List.of() : after.lines().toList();
        return old.size() > LONGEST || now.size() > LONGEST ? oneAfterTheOther(old, now) : common(old, now);
    }

    private static List<Line> oneAfterTheOther(List<String> old, List<String> now) {
        List<Line> lines = new ArrayList<>();
        old.forEach(text -> lines.add(new Line('-', text)));
        now.forEach(text -> lines.add(new Line('+', text)));
        return lines;
    }

    private static List<Line> common(List<String> old, List<String> now) {
        int[][] length = new int[old.size() + 1][now.size() + 1];
        for (int i = 1; i <= old.size(); i++) {
            for (int j = 1; j <= now.size(); j++) {
                length[i][j] = old.get(i - 1).equals(now.get(j - 1))
                        ? length[i - 1][j - 1] + 1
                        : Math.max(length[i - 1][j], length[i][j - 1]);
            }
        }
        List<Line> lines = new ArrayList<>();
        int i = old.size();
        int j = now.size();
        while (i > 0 || j > 0) {
            if (i > 0 && j > 0 && old.get(i - 1).equals(now.get(j - 1))) {
                lines.add(new Line(' ', old.get(--i)));
                j--;
            } else if (j > 0 && (i == 0 || length[i][j - 1] >= length[i - 1][j])) {
                lines.add(new Line('+', now.get(--j)));
            } else {
                lines.add(new Line('-', old.get(--i)));
            }
        }
        Collections.reverse(lines);
        return lines;
    }
}
