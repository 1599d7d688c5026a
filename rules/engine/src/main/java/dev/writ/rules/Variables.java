package dev.writ.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The names that a rule has given to values, where they can be seen. */
final class Variables {

    /** Keeps its slot however deep the scope, so that no two variables of a rule share one. */
    record Variable(String name, ValueType type, int slot) {}

    private final Map<String, Variable> visible;
    private final Set<String> taken;
    private final List<Variable> all;
    private final Set<String> used = new TreeSet<>();

    Variables() {
        this(new LinkedHashMap<>(), new TreeSet<>(), new ArrayList<>());
    }

    private Variables(Map<String, Variable> visible, Set<String> taken, List<Variable> all) {
        this.visible = visible;
        this.taken = taken;
        this.all = all;
    }

    /** A scope inside this one: it sees what is visible here, and what it declares stays inside. */
    Variables inner() {
        return new Variables(new LinkedHashMap<>(visible), taken, all);
    }

    /** Empty if the name is taken: a name means one thing in the whole rule. */
    Optional<Variable> declare(String name, ValueType type) {
        if (!taken.add(name)) {
            return Optional.empty();
        }
        Variable variable = new Variable(name, type, all.size());
        all.add(variable);
        visible.put(name, variable);
        return Optional.of(variable);
    }

    static String taken(String name) {
        return name + " is taken; a name means one thing in the whole rule";
    }

    Optional<Variable> use(String name) {
        Optional<Variable> variable = Optional.ofNullable(visible.get(name));
        variable.ifPresent(found -> used.add(found.name()));
        return variable;
    }

    /** Those that this scope has used. */
    List<Variable> used() {
        return used.stream()
                .flatMap(name -> Optional.ofNullable(visible.get(name)).stream())
                .toList();
    }

    Set<String> names() {
        return Set.copyOf(visible.keySet());
    }

    /** A slot that no variable has. */
    int spare() {
        Variable unnamed = new Variable("", ValueType.TEXT, all.size());
        all.add(unnamed);
        return unnamed.slot();
    }

    int count() {
        return all.size();
    }
}
