package dev.writ.gateway.console;

import dev.writ.model.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A lineage laid out for a narrow page: nodes below each other, and at their right the arrows between them, the longer the farther
 * out. Arrows between the same two nodes are one.
 *
 * @param lines every flow in words, for whoever does not look at the drawing
 * @param height in the units of the drawing, which is {@link #WIDTH} wide
 */
record LineageDrawing(List<Box> boxes, List<Arrow> arrows, List<Line> lines, int height) {

    static final int WIDTH = 400;

    private static final int ROW = 46;
    private static final int BOX_HEIGHT = 34;
    private static final int BOX_LEFT = 2;
    private static final int BOX_WIDTH = 270;
    private static final int FIRST_LANE = 14;
    private static final int LAST_LANE = 112;
    private static final int LONGEST_LABEL = 18;

    LineageDrawing {
        boxes = List.copyOf(boxes);
        arrows = List.copyOf(arrows);
        lines = List.copyOf(lines);
    }

    public int width() {
        return WIDTH;
    }

    /** A node. */
    record Box(Lineage.Node node, int y) {

        public int x() {
            return BOX_LEFT;
        }

        public int width() {
            return BOX_WIDTH;
        }

        public int height() {
            return BOX_HEIGHT;
        }

        public int textX() {
            return BOX_LEFT + 12;
        }

        public int textY() {
            return y + 22;
        }

        public int verdictX() {
            return BOX_LEFT + BOX_WIDTH - 10;
        }

        /** Where it is shown; empty if nowhere. */
        public String url() {
            return node.id()
                    .map(call -> DecisionsPage.PATH + "/" + call)
                    .or(() -> node.index().map(LogPage::entry))
                    .orElse("");
        }

        public String verdict() {
            return node.verdict().orElse("");
        }

        /** Its class. */
        public String tone() {
            return node.isCall()
                    ? VerdictTone.of(verdict())
                    : node.kind().name().toLowerCase(Locale.ROOT);
        }

        /** All of it, for whoever hears it. */
        public String spoken() {
            return node.label()
                    + node.index().map(index -> ", entry " + index).orElse("")
                    + node.verdict().map(verdict -> ", " + verdict).orElse("");
        }

        /** Tells calls of one tool apart. */
        public String number() {
            return node.kind() == Lineage.Kind.OUTSIDE
                    ? ""
                    : node.index().map(index -> " #" + index).orElse("");
        }

        /** In one line; what is longer is cut by whole characters. */
        public String label() {
            String label = node.label();
            return label.codePointCount(0, label.length()) <= LONGEST_LABEL
                    ? label
                    : label.substring(0, label.offsetByCodePoints(0, LONGEST_LABEL - 1)) + "…";
        }
    }

    /**
     * What goes from one node to another.
     *
     * @param path of SVG
     * @param headX where its head is
     * @param flows how many arguments
     */
    record Arrow(
            Lineage.Node from, Lineage.Node to, String path, int headX, int headY, boolean isUntrusted, int flows) {

        /** In words, with what its nodes call themselves. */
        public String title() {
            return flows + (flows == 1 ? " argument" : " arguments") + " of " + named(to) + " seen in " + named(from)
                    + (isUntrusted ? ", which outsiders can have written" : "");
        }

        private static String named(Lineage.Node node) {
            return node.label() + node.index().map(index -> " #" + index).orElse("");
        }

        public int markX() {
            return headX + 16;
        }

        public int markY() {
            return headY + 4;
        }

        /** The head, as points of a polygon. */
        public String head() {
            return headX + "," + headY + " " + (headX + 9) + "," + (headY - 5) + " " + (headX + 9) + "," + (headY + 5);
        }
    }

    /** A flow, with its ends. */
    record Line(Lineage.Flow flow, Lineage.Node from, Lineage.Node to) {

        /** The id of the call that the argument is of. */
        public String call() {
            return to.id().orElse("");
        }

        public String fromCall() {
            return from.id().orElse("");
        }

        public String source() {
            return flow.source().text();
        }

        public boolean isNowhere() {
            return flow.source() == Source.NOWHERE;
        }
    }

    private record Pair(int from, int to) {

        int span() {
            return Math.abs(to - from);
        }
    }

    static LineageDrawing of(Lineage lineage) {
        List<Box> boxes = new ArrayList<>();
        for (int row = 0; row < lineage.nodes().size(); row++) {
            boxes.add(new Box(lineage.nodes().get(row), 2 + row * ROW));
        }
        Map<Pair, List<Lineage.Flow>> pairs = new LinkedHashMap<>();
        lineage.flows()
                .forEach(flow -> pairs.computeIfAbsent(new Pair(flow.from(), flow.to()), pair -> new ArrayList<>())
                        .add(flow));
        List<Arrow> arrows = pairs.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<Pair, List<Lineage.Flow>> pair) ->
                                pair.getKey().span())
                        .reversed())
                .map(pair -> arrow(boxes, pair.getKey(), pair.getValue()))
                .toList();
        List<Line> lines = lineage.flows().stream()
                .map(flow -> new Line(
                        flow, lineage.nodes().get(flow.from()), lineage.nodes().get(flow.to())))
                .toList();
        return new LineageDrawing(boxes, arrows, lines, 2 + lineage.nodes().size() * ROW);
    }

    private static Arrow arrow(List<Box> boxes, Pair pair, List<Lineage.Flow> flows) {
        Box from = boxes.get(pair.from());
        Box to = boxes.get(pair.to());
        int right = BOX_LEFT + BOX_WIDTH;
        // Out of a node below its middle, into one above it, so that the two do not meet.
        int start = from.y() + BOX_HEIGHT - 9;
        int end = to.y() + 9;
        int lane = right + Math.min(LAST_LANE, FIRST_LANE + 12 * pair.span());
        String path = "M" + right + " " + start + " C" + lane + " " + start + " " + lane + " " + end + " " + (right + 9)
                + " " + end;
        return new Arrow(
                from.node(),
                to.node(),
                path,
                right,
                end,
                flows.stream().anyMatch(Lineage.Flow::isUntrusted),
                flows.size());
    }
}
