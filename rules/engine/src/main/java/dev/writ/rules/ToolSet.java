package dev.writ.rules;

import dev.writ.model.ToolDefinition;
import java.util.List;
import java.util.function.Function;

/** The tools that an author's rules and cases are held against, where no gateway says which there are. */
public sealed interface ToolSet {

    List<ToolDefinition> definitions();

    <R> R fold(Function<Given, R> given, Function<Assumed, R> assumed);

    /** What the author had at hand. */
    record Given(List<ToolDefinition> definitions) implements ToolSet {
        public Given {
            definitions = List.copyOf(definitions);
        }

        @Override
        public <R> R fold(Function<Given, R> given, Function<Assumed, R> assumed) {
            return given.apply(this);
        }
    }

    /** Every tool that the bundle names, with whatever arguments: names, arguments and their types are not checked. */
    record Assumed(List<ToolDefinition> definitions) implements ToolSet {
        public Assumed {
            definitions = List.copyOf(definitions);
        }

        @Override
        public <R> R fold(Function<Given, R> given, Function<Assumed, R> assumed) {
            return assumed.apply(this);
        }
    }

    static ToolSet given(List<ToolDefinition> definitions) {
        return new Given(definitions);
    }

    static ToolSet assumedBy(PolicyBundle bundle) {
        return new Assumed(AssumedTools.of(bundle));
    }
}
