package dev.writ.gateway.console;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;

/** What no page of the console may forget. */
@AnalyzeClasses(packages = "dev.writ.gateway.console", importOptions = ImportOption.DoNotIncludeTests.class)
class ConsoleResourcesTest {

    @ArchTest
    static final ArchRule whateverIsSentHasTheTokenOfItsSession =
            methods().that().areAnnotatedWith(POST.class).should(takeWhatWasPosted());

    @ArchTest
    static final ArchRule everyPageSaysWhoMayOpenIt = methods()
            .that()
            .areAnnotatedWith(GET.class)
            .or()
            .areAnnotatedWith(POST.class)
            .should()
            .bePublic()
            .andShould()
            .beAnnotatedWith(RolesAllowed.class)
            .orShould()
            .beAnnotatedWith(PermitAll.class);

    private static ArchCondition<JavaMethod> takeWhatWasPosted() {
        DescribedPredicate<JavaMethod> takes = DescribedPredicate.describe(
                "has a parameter of Posted",
                method -> method.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Posted.class)));
        return new ArchCondition<>("take what was posted") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                events.add(new SimpleConditionEvent(
                        method, takes.test(method), method.getFullName() + " reads a form by itself, or none"));
            }
        };
    }
}
