package dev.writ.gateway.console;

import dev.writ.gateway.call.SessionTimeline;
import dev.writ.model.Origin;
import dev.writ.model.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The flow of values between what was said and called in a session, as decisions recorded it. An arrow says that the value of an
 * argument had been seen there before, not that it was taken from there.
 *
 * @param nodes in the order of the log, the model itself and what is outside of the session first
 * @param flows from nodes to calls, each argument apart
 * @param isAll whether no flow was left out for there being too many
 */
record Lineage(List<Node> nodes, List<Flow> flows, boolean isAll) {

    private static final int MOST_FLOWS = 600;

    Lineage {
        nodes = List.copyOf(nodes);
        flows = List.copyOf(flows);
    }

    /** What a node is. */
    enum Kind {
        /** An entry that is not of this session, or of a call that is not shown. */
        OUTSIDE,
        /** No entry: the model made the value up, or computed it. */
        NOWHERE,
        TASK,
        TURN,
        CALL
    }

    /**
     * A place where values come from or go to.
     *
     * @param id of a call; empty for all else
     * @param label what it says of itself: hostile text
     * @param verdict of a call
     * @param index of its entry, of a call that of its first; empty for values from nowhere
     */
    record Node(Kind kind, Optional<String> id, String label, Optional<String> verdict, Optional<Long> index) {

        public boolean isCall() {
            return kind == Kind.CALL;
        }
    }

    /** What of the other call it was. Written as the page says it. */
    enum Part {
        WORDS("words of the person"),
        RESULT("result"),
        ARGUMENTS("argument the agent wrote"),
        APPROVAL("what an approver wrote"),
        ENTRY("entry outside of this session"),
        NOTHING("the model itself");

        private final String text;

        Part(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * One argument that had been seen before.
     *
     * @param from place in the list of nodes
     * @param to place of the call in the list of nodes
     * @param argument its path: hostile text
     * @param seenAt index of the entry; empty if it was seen nowhere
     */
    record Flow(int from, int to, Part part, String argument, Source source, boolean isTainted, Optional<Long> seenAt) {

        /** Whether outsiders can have written the value, or a part of it. */
        public boolean isUntrusted() {
            return isTainted || source == Source.UNTRUSTED;
        }
    }

    static Lineage of(SessionTimeline timeline) {
        return new Building(timeline).lineage();
    }

    /** Whether any decision recorded where an argument came from. */
    public boolean isRecorded() {
        return !flows.isEmpty();
    }

    /** A lineage as it grows. */
    private static final class Building {

        private record Place(int node, Part part) {}

        private final SessionTimeline timeline;
        private final List<Node> nodes = new ArrayList<>();
        private final Map<Long, Place> entries = new HashMap<>();
        private final Map<String, Integer> calls = new LinkedHashMap<>();
        private final List<Flow> flows = new ArrayList<>();
        private boolean isAll = true;

        Building(SessionTimeline timeline) {
            this.timeline = timeline;
        }

        Lineage lineage() {
            if (timeline.calls().stream()
                    .flatMap(call -> call.origins().stream())
                    .anyMatch(origin -> origin.seenAt().isEmpty())) {
                // Has no index, so flows name it by its place, which is the first.
                nodes.add(new Node(Kind.NOWHERE, Optional.empty(), "Seen nowhere", Optional.empty(), Optional.empty()));
            }
            outside()
                    .forEach((index, seen) -> add(
                            new Node(
                                    Kind.OUTSIDE,
                                    Optional.empty(),
                                    "entry " + index,
                                    Optional.empty(),
                                    Optional.of(index)),
                            Part.ENTRY));
            inside().forEach(node -> {
                if (node.isCall()) {
                    calls.put(node.id().orElseThrow(), nodes.size());
                }
                add(node, node.isCall() ? Part.RESULT : Part.WORDS);
            });
            timeline.calls().forEach(this::addEntries);
            timeline.calls().forEach(this::addFlows);
            return new Lineage(nodes, flows, isAll);
        }

        private void add(Node node, Part part) {
            node.index().ifPresent(index -> entries.put(index, new Place(nodes.size(), part)));
            nodes.add(node);
        }

        /** Entries that arguments were seen in and that are not shown otherwise. */
        private Map<Long, Boolean> outside() {
            Map<Long, Boolean> seen = new TreeMap<>();
            timeline.calls().stream()
                    .flatMap(call -> call.origins().stream())
                    .flatMap(origin -> origin.seenAt().stream())
                    .forEach(index -> seen.put(index, true));
            timeline.words().forEach(words -> seen.remove(words.index()));
            timeline.calls().stream()
                    .flatMap(call -> call.entries().stream())
                    .forEach(step -> seen.remove(step.index()));
            return seen;
        }

        private List<Node> inside() {
            List<Node> inside = new ArrayList<>();
            timeline.words()
                    .forEach(words -> inside.add(new Node(
                            words.isTask() ? Kind.TASK : Kind.TURN,
                            Optional.empty(),
                            words.isTask() ? "Task" : "Turn",
                            Optional.empty(),
                            Optional.of(words.index()))));
            timeline.calls()
                    .forEach(call -> inside.add(new Node(
                            Kind.CALL,
                            Optional.of(call.id()),
                            call.tool(),
                            Optional.of(call.verdict()),
                            Optional.of(call.index()))));
            inside.sort(Comparator.comparing(node -> node.index().orElseThrow()));
            return inside;
        }

        private void addEntries(SessionTimeline.Call call) {
            int node = calls.getOrDefault(call.id(), 0);
            call.entries()
                    .forEach(step -> entries.put(
                            step.index(),
                            new Place(
                                    node,
                                    step.isDecision()
                                            ? Part.ARGUMENTS
                                            : step.kind().startsWith("APPROVAL_") ? Part.APPROVAL : Part.RESULT)));
        }

        private void addFlows(SessionTimeline.Call call) {
            int to = calls.getOrDefault(call.id(), 0);
            for (Origin origin : call.origins()) {
                if (origin.seenAt().isEmpty()) {
                    add(flow(origin, to, new Place(0, Part.NOTHING), Optional.empty()));
                }
                for (long index : origin.seenAt()) {
                    Optional.ofNullable(entries.get(index))
                            .ifPresent(place -> add(flow(origin, to, place, Optional.of(index))));
                }
            }
        }

        private static Flow flow(Origin origin, int to, Place place, Optional<Long> seenAt) {
            return new Flow(
                    place.node(), to, place.part(), origin.argument(), origin.source(), origin.tainted(), seenAt);
        }

        private void add(Flow flow) {
            if (flows.size() < MOST_FLOWS) {
                flows.add(flow);
            } else {
                isAll = false;
            }
        }
    }
}
