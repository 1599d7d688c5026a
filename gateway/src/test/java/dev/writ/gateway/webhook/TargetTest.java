package dev.writ.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.gateway.problem.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource({
        "https://hooks.example.com/a?b=c, false",
        "https://hooks.internal:8443, true",
        "http://127.0.0.1:9000/in, true",
        "http://localhost:9000/in, true",
        "http://[::1]:9000/in, true"
    })
    void takesWhatCanBeDeliveredTo(String url, boolean allowPrivate) {
        Target target = Target.parse(url, allowPrivate);

        assertThat(Target.fromJson(target.toJson())).contains(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hooks.example.com",
                "ftp://hooks.example.com/",
                "https:///no-host",
                "https://user:password@hooks.example.com/",
                "https://hooks.example.com/#part",
                "http://hooks.example.com/",
                "http://10.0.0.1/",
                "http://127.0.0.1.example.com/",
                "not a url"
            })
    void refusesTheRest(String url) {
        assertThatThrownBy(() -> Target.parse(url, true))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("'url' ")
                .hasMessageEndingWith("Nothing was changed.");
    }

    @Test
    void plainHttpIsForThisHostAndMustBeAskedFor() {
        assertThatThrownBy(() -> Target.parse("http://127.0.0.1/", false))
                .hasMessageContaining("allowPrivateAddresses");
    }

    @Test
    void showsItsHostOnly() {
        assertThat(Target.parse("https://hooks.example.com/T0/token?key=secret", false))
                .hasToString("Target[hooks.example.com]");
    }
}
