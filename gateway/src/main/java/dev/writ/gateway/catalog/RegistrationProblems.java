package dev.writ.gateway.catalog;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a registration. */
final class RegistrationProblems {
    private final List<String> found = new ArrayList<>();

    String present(String member, @Nullable String value) {
        if (value == null || value.isBlank()) {
            found.add(member + ": it is missing");
            return "";
        }
        return value;
    }

    void add(String member, String problem) {
        found.add(member + ": " + problem);
    }

    <T> T read(String member, T otherwise, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException unfit) {
            found.add(member + ": " + unfit.getMessage());
            return otherwise;
        }
    }

    <T> T required(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException unfit) {
            found.add(String.valueOf(unfit.getMessage()));
            throw problem();
        }
    }

    void refuse() {
        if (!found.isEmpty()) {
            throw problem();
        }
    }

    private Problem problem() {
        return new Problem(ProblemType.UNPROCESSABLE, "The connector cannot be used as it is. See 'problems'.")
                .with("problems", JsonArray.ofTexts(found));
    }
}
