// Packages of Python that hand out keys: secret managers, readers of the environment, what a person types. Data for key-origins.ts.
import type { KeySource } from '../../../core/index.ts';

/** A package, with the member that must be among the steps where the package does other things, too. */
type Row = readonly [packages: RegExp, from: KeySource['from'], member?: RegExp];

const ROWS: readonly Row[] = [
  // Secret managers, as of November 2026.
  [
    /^py:(?:boto3|botocore|aioboto3|aiobotocore)$/,
    'secret-manager',
    /^(?:get_secret_value|batch_get_secret_value|get_parameters?|get_parameters_by_path)$/,
  ],
  [
    /^py:aws_lambda_powertools$/,
    'secret-manager',
    /^(?:get_secret|get_parameter|get_parameters|get_parameters_by_name|parameters|SecretsProvider|SSMProvider)$/,
  ],
  [
    /^py:(?:aws_secretsmanager_caching|hvac|google\.cloud\.secretmanager\w*|google\.auth|infisical\w*|dopplersdk|onepassword\w*|bitwarden_sdk|akeyless|conjur\w*)$/,
    'secret-manager',
  ],
  [
    /^py:azure(?:\.|$)/,
    'secret-manager',
    /^(?:get_secret|SecretClient|\w*Credential|get_bearer_token_provider|AzureAppConfigurationProvider)$/,
  ],
  [/^py:(?:google\.colab|kaggle_secrets)$/, 'secret-manager'],
  [/^py:(?:pyspark|databricks)$/, 'secret-manager', /^(?:secrets|dbutils)$/],
  [/^py:prefect$/, 'secret-manager', /^Secret$/],
  [/^py:airflow$/, 'secret-manager', /^(?:Variable|get_connection|Connection)$/],
  [/^py:streamlit$/, 'secret-manager', /^secrets$/],
  // Readers of the environment.
  [/^py:(?:dotenv|environs|decouple|environ|pydantic_settings|envparse|everett|python_dotenv|dynaconf)$/, 'environment'],
  [/^py:starlette$/, 'environment', /^Config$/],
  // People: what they type, and what a session of theirs keeps.
  [
    /^py:(?:getpass|questionary|inquirer|InquirerPy|prompt_toolkit|keyring|click|typer|argparse|tkinter|PyQt\d|PySide\d|textual|gradio|nicegui|panel)$/,
    'user',
  ],
  [
    /^py:streamlit$/,
    'user',
    /^(?:text_input|text_area|session_state|chat_input|sidebar|query_params|form|columns|container|expander|selectbox)$/,
  ],
  [/^py:chainlit$/, 'user', /^(?:user_session|AskUserMessage|ChatSettings|input_widget)$/],
];

/** Where a value of a package comes from, by the members and functions on the way to it; undefined: not known. */
export function pythonOrigin(name: string, members: readonly string[]): KeySource['from'] | undefined {
  return ROWS.find(([packages, , member]) => packages.test(name) && (member === undefined || members.some(one => member.test(one))))?.[1];
}
