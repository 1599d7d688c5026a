package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Whose calls a history is made of. */
sealed interface Whose permits Identity, Whose.Person, Whose.Tool, Whose.Fleet {

    /** What its entries have in these columns. */
    Map<Column, String> columns();

    /** What its entries change. */
    String topic();

    /** Whether what was erased may be in it. */
    boolean mayHold(String subjectKey);

    /** Whether many identities share it. */
    default boolean isShared() {
        return true;
    }

    /** Of all agents for one person. */
    record Person(String pseudonym) implements Whose {
        @Override
        public Map<Column, String> columns() {
            return Map.of(Column.SUBJECT, pseudonym);
        }

        @Override
        public String topic() {
            return Topics.person(pseudonym);
        }

        @Override
        public boolean mayHold(String subjectKey) {
            return subjectKey.equals("person/" + pseudonym);
        }
    }

    /** Of one tool. */
    record Tool(ToolName name) implements Whose {
        @Override
        public Map<Column, String> columns() {
            return Map.of(Column.TOOL, name.value());
        }

        @Override
        public String topic() {
            return Topics.callsOf(name);
        }

        @Override
        public boolean mayHold(String subjectKey) {
            return true;
        }
    }

    /** All there are. */
    record Fleet() implements Whose {
        @Override
        public Map<Column, String> columns() {
            return Map.of();
        }

        @Override
        public String topic() {
            return Topics.CALLS;
        }

        @Override
        public boolean mayHold(String subjectKey) {
            return true;
        }
    }

    /** Whose history a rule means by that scope when it judges such a call. */
    static Whose of(Scope scope, Identity identity, ToolName tool) {
        return switch (scope) {
            case IDENTITY -> identity;
            // An agent that acts for nobody shares its history with no other.
            case PERSON -> identity.isOfNobody() ? identity : new Person(identity.pseudonym());
            case TOOL -> new Tool(tool);
            case FLEET -> new Fleet();
        };
    }

    /** All whose history an entry of a call belongs to; none if it is of another kind. */
    static Set<Whose> all(Entry entry) {
        return Identity.of(entry)
                .map(identity -> all(identity, CallEntries.tool(entry)))
                .orElse(Set.of());
    }

    /** All whose history a call belongs to. */
    static Set<Whose> all(Identity identity, ToolName tool) {
        Set<Whose> all = new HashSet<>();
        for (Scope scope : Scope.values()) {
            all.add(of(scope, identity, tool));
        }
        return all;
    }
}
